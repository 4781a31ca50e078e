#include "vision/text_reader.h"

#include <algorithm>
#include <cctype>

#include "vision/net.h"

namespace glasshouse::vision {
namespace {

// The net's symbols in its order; index 0 is CTC's blank, and a space follows at the end.
constexpr std::string_view kPrintable =
    "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~!\"#$%&'()*+,-./ ";
constexpr int kNetSymbols = 1 + static_cast<int>(kPrintable.size()) + 1;
constexpr int kLeastInputWidth = 96;  // narrower strips are padded, as in the net's training

struct Share {
  int symbol;
  float part;
};

// Which plate characters a net symbol stands for. Plates have no small letters: a small l is a 1 or an I.
std::vector<Share> shares_of(char printed) {
  switch (printed) {
    case 'l':
    case '|':
      return {{symbol_of('1'), 0.5f}, {symbol_of('I'), 0.5f}};
    case 'o':
      return {{symbol_of('O'), 0.5f}, {symbol_of('0'), 0.5f}};
    case 's':
      return {{symbol_of('S'), 0.7f}, {symbol_of('5'), 0.3f}};
    case 'z':
      return {{symbol_of('Z'), 0.7f}, {symbol_of('2'), 0.3f}};
    case 'b':
      return {{symbol_of('6'), 0.6f}, {symbol_of('B'), 0.4f}};
    case 'g':
    case 'q':
      return {{symbol_of('9'), 0.6f}, {symbol_of(printed == 'g' ? 'G' : 'Q'), 0.4f}};
    default:
      return {{symbol_of(static_cast<char>(std::toupper(static_cast<unsigned char>(printed)))), 1.0f}};
  }
}

Column fold(const float* probabilities, int symbols, const std::vector<std::vector<Share>>& shares) {
  Column column{};
  column[0] = probabilities[0];
  for (int i = 1; i < symbols; ++i) {
    const std::size_t at = static_cast<std::size_t>(i - 1);
    if (at >= shares.size()) {
      column[0] += probabilities[i];
      continue;
    }
    for (const Share& share : shares[at]) column[share.symbol] += probabilities[i] * share.part;
  }
  return column;
}

}  // namespace

struct TextReader::Impl {
  std::unique_ptr<Net> net;
  std::vector<std::vector<Share>> shares;
};

TextReader::TextReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextReader::~TextReader() = default;

base::Result<std::unique_ptr<TextReader>> TextReader::open(const std::string& models_dir, int threads) {
  auto net = Net::open(models_dir + "/print-reader.onnx", threads);
  if (!net) return tl::unexpected(net.error());
  auto impl = std::make_unique<Impl>();
  impl->net = std::move(*net);
  for (char printed : kPrintable) impl->shares.push_back(shares_of(printed));
  return std::unique_ptr<TextReader>(new TextReader(std::move(impl)));
}

double TextReader::nets_ms() const {
  return impl_->net->spent_ms();
}

base::Result<LineText> TextReader::read(const cv::Mat& strip) {
  const int width = std::max(kLeastInputWidth, (strip.cols + 7) / 8 * 8);
  const float half[3] = {1 / 127.5f, 1 / 127.5f, 1 / 127.5f}, minus[3] = {-1, -1, -1};
  to_planes(strip, impl_->net->input(kStripHeight, width), {width, kStripHeight}, half, minus, false);
  auto out = impl_->net->run();
  if (!out) return tl::unexpected(out.error());
  if (out->empty() || (*out)[0].shape.size() != 3 || (*out)[0].shape[2] < kNetSymbols - 1 ||
      (*out)[0].shape[1] < 1)
    return base::failure(Errc::kInference, "The text reader gave an answer of another shape");
  const int steps = static_cast<int>((*out)[0].shape[1]), symbols = static_cast<int>((*out)[0].shape[2]);
  LineText line;
  line.column_px = width / static_cast<float>(steps);
  int before = 0, printed = 0;
  for (int t = 0; t < steps; ++t) {
    const float* row = (*out)[0].values.data() + static_cast<std::size_t>(t) * symbols;
    const int best = static_cast<int>(std::max_element(row, row + symbols) - row);
    if (best != 0 && best != before) {
      const std::size_t at = static_cast<std::size_t>(best - 1);
      line.printed += at < kPrintable.size() ? kPrintable[at] : ' ';
      line.confidence += row[best];
      ++printed;
    }
    before = best;
    line.columns.push_back(fold(row, symbols, impl_->shares));
  }
  if (printed > 0) line.confidence /= static_cast<float>(printed);
  return line;
}

}  // namespace glasshouse::vision
