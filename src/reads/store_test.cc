// What the store promises: durable, once, immutable, inside the permit, a day gone is gone, damage is named.
#include "reads/store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "reads/picture_packs.h"
#include "reads/store_testing.h"

namespace glasshouse::reads {
namespace {

using namespace testing;
using policy::Action;
namespace fs = std::filesystem;

class StoreTest : public ::testing::Test {
 protected:
  IngestResult ingest(std::vector<Incoming> batch) {
    auto stored = store_->ingest(std::move(batch));
    EXPECT_TRUE(stored) << (stored ? "" : stored.error().message());
    return stored ? *stored : IngestResult{};
  }
  IngestResult ingest_one(Incoming incoming) {
    std::vector<Incoming> batch;
    batch.push_back(std::move(incoming));
    return ingest(std::move(batch));
  }
  Query all() const {
    Query q;
    q.from = kNow - std::chrono::hours(24 * 60);
    q.to = kNow + std::chrono::hours(1);
    q.limit = 200;
    return q;
  }
  Query exact(const std::string& text) const {
    Query q = all();
    q.plate = PlateQuery{PlateQuery::Mode::kExact, text};
    return q;
  }
  std::vector<std::string> found(const Query& q) {
    auto page = store_->search(door_.permit(Action::kSearchReads), q);
    EXPECT_TRUE(page) << (page ? "" : page.error().message());
    std::vector<std::string> ids;
    for (const Read& read : page->reads) ids.push_back(read.id);
    return ids;
  }
  void reopen() {
    store_.reset();
    store_ = open_store(dir_, clock_);
  }
  gate::Scope only_reads(std::vector<std::string> ids) {
    gate::Scope scope;
    scope.read_ids = std::move(ids);
    return scope;
  }
  static std::string day_file(const std::string& dir, base::Time at) {
    return dir + "/days/" + base::format_day(base::day_of(at)) + ".db";
  }

  Folder folder_;
  std::string dir_ = folder_ / "reads";
  base::ManualClock clock_{kNow};
  Door door_{clock_};
  std::unique_ptr<Store> store_ = open_store(dir_, clock_);
};

TEST_F(StoreTest, StoresOnceAcrossBatchesDaysAndRestarts) {
  Incoming first = passing(kNow - base::Millis(5000), "cam_a", "ABC123");
  Incoming again = first;
  Incoming moved = first;  // the same id with another time, even another day, is the same read
  moved.read.captured_at = kNow - std::chrono::hours(48);
  std::vector<Incoming> batch{first, again, passing(kNow, "cam_a", "")};
  const auto result = ingest(batch);
  EXPECT_EQ(result.stored, 2u);
  EXPECT_EQ(result.already_known, 1u);
  EXPECT_EQ(result.stored_indexes, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(ingest_one(moved).already_known, 1u);
  reopen();
  EXPECT_EQ(ingest_one(first).already_known, 1u);
  EXPECT_EQ(ingest_one(moved).already_known, 1u);
  EXPECT_EQ(store_->total_reads(), 2u);
  EXPECT_EQ(store_->reads_on(base::day_of(kNow)), 2u);
}

TEST_F(StoreTest, RefusesWhatIsNotARead) {
  const auto reason = [&](Incoming incoming) {
    const auto result = ingest_one(std::move(incoming));
    EXPECT_EQ(result.stored, 0u);
    return result.refused.empty() ? std::string() : result.refused.front().second;
  };
  Incoming bad = passing(kNow, "cam_a", "ABC123");
  bad.read.id = "read_../../../../etc/passwd00";
  EXPECT_NE(reason(bad), "");
  EXPECT_NE(reason(passing(kNow + std::chrono::minutes(11), "cam_a", "ABC123")), "");
  EXPECT_NE(reason(passing(kNow, "", "ABC123")), "");
  bad = passing(kNow, "cam_a", "ABC123", "<script>");
  EXPECT_NE(reason(bad), "");
  bad = passing(kNow, "cam_a", "ABC123");
  bad.picture_jpeg.assign((6 << 20) + 1, 'x');
  EXPECT_NE(reason(bad), "");
  bad.picture_jpeg.clear();
  bad.preview_jpeg.assign(30'001, 'x');
  EXPECT_NE(reason(bad), "");
  bad = passing(kNow, "cam_a", "ABC123");
  bad.read.plate->plate = plate::Plate{};
  EXPECT_NE(reason(bad), "");
  EXPECT_EQ(store_->total_reads(), 0u);
}

TEST_F(StoreTest, GivesBackTheReadItsPictureAndItsMask) {
  Incoming in = passing(kNow, "cam_a", "ABC123", "red", "suv");
  in.picture_jpeg = "\xFF\xD8picture";
  in.preview_jpeg = "\xFF\xD8preview";
  const std::string id = in.read.id;
  ingest_one(in);
  reopen();
  const auto read = store_->get(door_.permit(Action::kViewRead, only_reads({id})), id);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->plate->plate.text(), "ABC123");
  EXPECT_EQ(read->looks.color, "red");
  EXPECT_TRUE(read->has_picture);
  const auto picture = store_->picture(door_.permit(Action::kViewPicture, only_reads({id})), id);
  EXPECT_EQ(picture->file.bytes, "\xFF\xD8picture");
  EXPECT_FALSE(picture->file.is_sealed);
  EXPECT_EQ(*store_->preview(id), "\xFF\xD8preview");
  const auto masked = store_->recent_masked(10);
  ASSERT_EQ(masked.size(), 1u);
  EXPECT_EQ(masked[0].plate_chars, 6);
  EXPECT_EQ(masked[0].region, "us-va");
  // The same id again does not replace the picture.
  in.picture_jpeg = "\xFF\xD8other";
  EXPECT_EQ(ingest_one(in).already_known, 1u);
  EXPECT_EQ(store_->picture(door_.permit(Action::kViewPicture), id)->file.bytes, "\xFF\xD8picture");
  EXPECT_TRUE(store_->preview("read_00000000000000000000000000").error().is(Errc::kNotFound));
  EXPECT_TRUE(store_->preview("read_../../../../../etc/passwd").error().is(Errc::kNotFound));
}

TEST_F(StoreTest, KeepsASealedPictureWithItsManifestAndOpensNothing) {
  Incoming in = passing(kNow, "cam_a", "ABC123");
  in.picture_sealed = "age-encryption.org/v1\nsealed";
  in.manifest = "glasshouse-picture 1\n";
  in.preview_jpeg = "\xFF\xD8preview";
  const std::string id = in.read.id;
  ingest_one(in);
  reopen();
  const auto picture = store_->picture(door_.permit(Action::kViewPicture, only_reads({id})), id);
  ASSERT_TRUE(picture) << picture.error().message();
  EXPECT_TRUE(picture->file.is_sealed);
  EXPECT_EQ(picture->file.bytes, in.picture_sealed);
  EXPECT_EQ(picture->file.manifest, in.manifest);
  EXPECT_EQ(picture->read_id, id);
  EXPECT_EQ(picture->camera_id, "cam_a");
  EXPECT_EQ(picture->captured_at, kNow);
  EXPECT_TRUE(store_->get(door_.permit(Action::kViewRead), id)->has_picture);
  const std::string folder = dir_ + "/pictures/" + base::format_day(base::day_of(kNow)) + "/";
  EXPECT_EQ(pictures_in_pack(folder + "sealed-000001.pack"), 1u);
  EXPECT_FALSE(fs::exists(folder + id + ".age")) << "no file of its own";
  EXPECT_FALSE(fs::exists(folder + id + ".jpg"));
  const auto dropped = store_->drop_days_before({base::day_of(kNow).since_epoch + 1}, nullptr);
  ASSERT_EQ(dropped->size(), 1u);
  EXPECT_EQ(dropped->front().pictures, 1u);
  EXPECT_FALSE(fs::exists(folder));
}

TEST_F(StoreTest, RefusesASealedPictureWithoutItsManifestAndOneThatCameTwice) {
  Incoming in = passing(kNow, "cam_a", "ABC123");
  in.picture_sealed = "sealed";
  EXPECT_EQ(ingest_one(in).refused.size(), 1u);
  in.manifest = "glasshouse-picture 1\n";
  in.picture_jpeg = "\xFF\xD8open";
  EXPECT_EQ(ingest_one(in).refused.size(), 1u);
  in.picture_jpeg.clear();
  EXPECT_EQ(ingest_one(in).stored, 1u);
}

TEST_F(StoreTest, EveryReadingFunctionStaysInsideItsPermit) {
  const Incoming in = passing(kNow - std::chrono::hours(2), "cam_a", "ABC123");
  const std::string id = in.read.id;
  ingest_one(in);
  const auto refused = [](const auto& result) { return !result && result.error().is(Errc::kOutsidePermit); };
  gate::Scope other_camera, other_time, other_read;
  other_camera.camera_ids = {"cam_b"};
  other_time.from = kNow - std::chrono::hours(1);
  other_read.read_ids = {base::new_id("read", kNow)};

  // The action.
  EXPECT_TRUE(refused(store_->search(door_.permit(Action::kViewRead), all())));
  EXPECT_TRUE(refused(store_->get(door_.permit(Action::kViewPicture), id)));
  EXPECT_TRUE(refused(store_->picture(door_.permit(Action::kSearchReads), id)));
  EXPECT_TRUE(refused(store_->picture(door_.permit(Action::kViewRead), id)));
  EXPECT_TRUE(refused(store_->recent(door_.permit(Action::kSearchReads), 10)));
  EXPECT_TRUE(refused(
      store_->correct(door_.permit(Action::kViewRead), id, *plate::Plate::parse("ABC124"), "", "misread")));
  // Camera, time, read.
  for (const gate::Scope& scope : {other_camera, other_time, other_read}) {
    EXPECT_TRUE(refused(store_->get(door_.permit(Action::kViewRead, scope), id)));
    EXPECT_TRUE(refused(store_->picture(door_.permit(Action::kViewPicture, scope), id)));
    EXPECT_TRUE(refused(store_->correct(door_.permit(Action::kCorrectRead, scope), id,
                                        *plate::Plate::parse("ABC124"), "", "misread")));
  }
  EXPECT_TRUE(refused(store_->search(door_.permit(Action::kSearchReads, other_camera), all())));
  EXPECT_TRUE(refused(store_->search(door_.permit(Action::kSearchReads, other_time), all())));
  Query of_a = all();
  of_a.camera_ids = {"cam_a"};
  EXPECT_TRUE(refused(store_->search(door_.permit(Action::kSearchReads, other_camera), of_a)));
  gate::Scope ended;
  ended.to = kNow;
  EXPECT_TRUE(refused(store_->search(door_.permit(Action::kSearchReads, ended), all())));
  EXPECT_EQ(store_->search(door_.permit(Action::kSearchReads, other_read), all())->reads.size(), 0u);
  // A live permit does not reach back.
  EXPECT_TRUE(refused(store_->get(door_.permit(Action::kLiveReads), id)));
  EXPECT_TRUE(refused(store_->picture(door_.permit(Action::kLiveReads), id)));
  EXPECT_EQ(store_->recent(door_.permit(Action::kLiveReads), 10)->size(), 0u);
  // Expiry.
  const auto search = door_.permit(Action::kSearchReads);
  const auto view = door_.permit(Action::kViewRead);
  const auto picture = door_.permit(Action::kViewPicture);
  const auto correct = door_.permit(Action::kCorrectRead);
  const auto live = door_.permit(Action::kLiveReads);
  EXPECT_TRUE(store_->search(search, all()));
  clock_.advance(std::chrono::minutes(2));
  EXPECT_TRUE(refused(store_->search(search, all())));
  EXPECT_TRUE(refused(store_->get(view, id)));
  EXPECT_FALSE(refused(store_->picture(picture, id)));  // recorded once an hour, and good for it
  EXPECT_TRUE(refused(store_->correct(correct, id, *plate::Plate::parse("ABC124"), "", "misread")));
  EXPECT_TRUE(store_->recent(live, 10));
  clock_.advance(std::chrono::minutes(58));
  EXPECT_TRUE(refused(store_->recent(live, 10)));
  EXPECT_TRUE(refused(store_->picture(picture, id)));
}

TEST_F(StoreTest, ALivePermitShowsWhatComesAfterItBegan) {
  ingest_one(passing(kNow - base::Millis(1), "cam_a", "OLD1"));
  gate::Scope scope;
  scope.camera_ids = {"cam_a"};
  const auto live = door_.permit(Action::kLiveReads, scope);
  clock_.advance(std::chrono::seconds(10));
  const Incoming mine = passing(clock_.now(), "cam_a", "NEW1");
  const Incoming other = passing(clock_.now(), "cam_b", "NEW2");
  ingest({mine, other});
  const auto reads = store_->recent(live, 10);
  ASSERT_TRUE(reads);
  ASSERT_EQ(reads->size(), 1u);
  EXPECT_EQ(reads->front().id, mine.read.id);
  EXPECT_TRUE(store_->get(live, mine.read.id));
  EXPECT_FALSE(store_->get(live, other.read.id));
}

TEST_F(StoreTest, ACorrectionIsTakenBackAndItsHistoryStays) {
  const Incoming in = passing(kNow, "cam_a", "ABC123");
  ingest_one(in);
  const auto permit = door_.permit(Action::kCorrectRead);
  const auto first = store_->correct(permit, in.read.id, *plate::Plate::parse("A8C123"), "", "an 8");
  const auto second =
      store_->correct(permit, in.read.id, *plate::Plate::parse("A8C123"), "us-md", "and Maryland");
  ASSERT_TRUE(first && second);
  reopen();  // a column file that knows both
  const auto again = door_.permit(Action::kCorrectRead);
  ASSERT_TRUE(store_->withdraw(again, in.read.id, second->id, "Virginia after all"));
  EXPECT_TRUE(store_->withdraw(again, in.read.id, second->id, "twice").error().is(Errc::kNotFound));
  EXPECT_TRUE(store_->withdraw(again, in.read.id, "corr_none", "why").error().is(Errc::kNotFound));
  EXPECT_TRUE(store_->withdraw(again, in.read.id, first->id, "").error().is(Errc::kBadRead));
  EXPECT_TRUE(store_->withdraw(door_.permit(Action::kViewRead), in.read.id, first->id, "no")
                  .error()
                  .is(Errc::kOutsidePermit));
  for (int round = 0; round < 3; ++round) {
    Query maryland = exact("A8C123");
    maryland.region = "us-md";
    EXPECT_EQ(found(maryland).size(), 0u) << round;
    EXPECT_EQ(found(exact("A8C123")).size(), 1u) << "the other one stands, round " << round;
    const auto read = store_->get(door_.permit(Action::kViewRead), in.read.id);
    ASSERT_EQ(read->corrections.size(), 2u);
    EXPECT_FALSE(read->corrections[0].withdrawn);
    ASSERT_TRUE(read->corrections[1].withdrawn);
    EXPECT_EQ(read->corrections[1].withdrawn->reason, "Virginia after all");
    EXPECT_EQ(read->corrections[1].reason, "and Maryland");
    reopen();
  }
  ASSERT_TRUE(store_->withdraw(door_.permit(Action::kCorrectRead), in.read.id, first->id, "not an 8"));
  EXPECT_EQ(found(exact("A8C123")).size(), 0u);
  EXPECT_EQ(found(exact("ABC123")).size(), 1u);
  reopen();
  EXPECT_EQ(found(exact("A8C123")).size(), 0u);
  EXPECT_EQ(store_->get(door_.permit(Action::kViewRead), in.read.id)->corrections.size(), 2u);
}

TEST_F(StoreTest, ACorrectionStandsBesideTheRead) {
  const Incoming in = passing(kNow, "cam_a", "ABC123");
  ingest_one(in);
  const auto correction =
      store_->correct(door_.permit(Action::kCorrectRead), in.read.id, *plate::Plate::parse("A8C123"), "us-md",
                      "the 8 is clear on the picture");
  ASSERT_TRUE(correction);
  EXPECT_EQ(correction->officer_id, "officer_test");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(found(exact("ABC123")).size(), 1u) << "the text as read still finds it";
    EXPECT_EQ(found(exact("A8C123")).size(), 1u);
    Query q = exact("A8C123");
    q.region = "us-md";
    EXPECT_EQ(found(q).size(), 1u);
    q = exact("ABC123");
    q.region = "us-md";
    EXPECT_EQ(found(q).size(), 0u) << "plate and region belong to the same reading";
    const auto read = store_->get(door_.permit(Action::kViewRead), in.read.id);
    ASSERT_EQ(read->corrections.size(), 1u);
    EXPECT_EQ(read->plate->plate.text(), "ABC123");
    EXPECT_EQ(read->corrections[0].plate.text(), "A8C123");
    EXPECT_EQ(read->corrections[0].reason, "the 8 is clear on the picture");
    reopen();
  }
  EXPECT_TRUE(store_->correct(door_.permit(Action::kCorrectRead), in.read.id, plate::Plate{}, "", "why")
                  .error()
                  .is(Errc::kBadRead));
}

TEST_F(StoreTest, ADroppedDayIsGoneAndStaysGone) {
  const base::Time old = kNow - std::chrono::hours(72);
  Incoming first = passing(old, "cam_a", "GONE1");
  first.picture_jpeg = "\xFF\xD8old";
  const Incoming kept = passing(kNow, "cam_a", "KEPT1");
  ingest({first, kept});
  ASSERT_TRUE(store_->correct(door_.permit(Action::kCorrectRead), first.read.id,
                              *plate::Plate::parse("GONE2"), "", "x"));
  const std::string name = base::format_day(base::day_of(old));
  ASSERT_TRUE(fs::exists(dir_ + "/pictures/" + name));
  const auto dropped = store_->drop_days_before(base::day_of(kNow - std::chrono::hours(48)), {});
  ASSERT_TRUE(dropped);
  ASSERT_EQ(dropped->size(), 1u);
  EXPECT_EQ(dropped->front().reads, 1u);
  EXPECT_EQ(dropped->front().pictures, 1u);
  for (const auto& entry : fs::recursive_directory_iterator(dir_)) {
    EXPECT_EQ(entry.path().string().find(name), std::string::npos) << entry.path();
  }
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(found(exact("GONE1")).empty());
    EXPECT_TRUE(found(exact("GONE2")).empty());
    EXPECT_EQ(found(exact("KEPT1")).size(), 1u);
    EXPECT_EQ(store_->oldest_day(), base::day_of(kNow));
    EXPECT_EQ(ingest_one(first).refused.size(), 1u) << "a late copy does not bring the day back";
    reopen();
  }
}

TEST_F(StoreTest, FinishesADropThatWasInterrupted) {
  const base::Time old = kNow - std::chrono::hours(72);
  Incoming in = passing(old, "cam_a", "GONE1");
  in.picture_jpeg = "\xFF\xD8old";
  ingest({in, passing(kNow, "cam_a", "KEPT1")});
  store_.reset();
  const std::string name = base::format_day(base::day_of(old));
  fs::rename(dir_ + "/days/" + name + ".db",
             dir_ + "/days/.dropping-" + name + ".db");  // and then the power went
  store_ = open_store(dir_, clock_);
  EXPECT_EQ(store_->total_reads(), 1u);
  EXPECT_TRUE(found(exact("GONE1")).empty());
  EXPECT_FALSE(fs::exists(dir_ + "/pictures/" + name));
  EXPECT_FALSE(fs::exists(dir_ + "/days/.dropping-" + name + ".db"));
}

TEST_F(StoreTest, ADamagedDayIsNamedAndTheOthersAreServed) {
  const base::Time old = kNow - std::chrono::hours(30);
  std::vector<Incoming> batch;
  for (int i = 0; i < 500; ++i)
    batch.push_back(passing(old - base::Millis(i), "cam_a", "ABC" + std::to_string(i)));
  batch.push_back(passing(kNow, "cam_a", "ABC999"));
  ingest(batch);
  store_.reset();
  {
    std::fstream file(day_file(dir_, old), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(60'000, '\xAA');
  }
  store_ = open_store(dir_, clock_);
  ASSERT_EQ(store_->problems().size(), 1u);
  EXPECT_EQ(store_->problems()[0].day, base::day_of(old));
  auto page = store_->search(door_.permit(Action::kSearchReads), all());
  ASSERT_TRUE(page);
  EXPECT_EQ(page->reads.size(), 1u);
  EXPECT_EQ(page->missing_days, std::vector<base::Day>{base::day_of(old)})
      << "the answer says that it is not complete";
  Query today = all();
  today.from = kNow - std::chrono::hours(6);
  EXPECT_TRUE(store_->search(door_.permit(Action::kSearchReads), today)->missing_days.empty());

  // A camera that catches up is not turned away; what was damaged stays for whoever can repair it.
  EXPECT_EQ(ingest_one(passing(old, "cam_a", "LATE1")).stored, 1u);
  EXPECT_EQ(found(exact("LATE1")).size(), 1u);
  EXPECT_TRUE(fs::exists(dir_ + "/days/" + base::format_day(base::day_of(old)) + ".damaged-1.db"));
  reopen();
  EXPECT_EQ(found(exact("LATE1")).size(), 1u);
  EXPECT_EQ(store_->problems().size(), 1u);
  ASSERT_TRUE(store_->drop_days_before(base::day_of(kNow), {}));
  EXPECT_TRUE(store_->problems().empty());
  EXPECT_FALSE(fs::exists(dir_ + "/days/" + base::format_day(base::day_of(old)) + ".damaged-1.db"));
}

TEST_F(StoreTest, ADayThatWasPutRightIsServedAgainWithoutARestart) {
  const base::Time old = kNow - std::chrono::hours(30);
  std::vector<Incoming> batch;
  for (int i = 0; i < 500; ++i)
    batch.push_back(passing(old - base::Millis(i), "cam_a", "ABC" + std::to_string(i)));
  batch.push_back(passing(kNow, "cam_a", "ABC999"));
  ingest(batch);
  store_.reset();
  const std::string path = day_file(dir_, old);
  fs::copy_file(path, dir_ + "/whole.db");
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(60'000, '\xAA');
  }
  store_ = open_store(dir_, clock_);
  ASSERT_EQ(store_->problems().size(), 1u);
  EXPECT_EQ(store_->recheck_problems(), 0u) << "it is still damaged";
  fs::copy_file(dir_ + "/whole.db", path, fs::copy_options::overwrite_existing);
  EXPECT_EQ(store_->recheck_problems(), 1u);
  EXPECT_TRUE(store_->problems().empty());
  EXPECT_EQ(found(exact("ABC17")).size(), 1u);
  EXPECT_EQ(found(all()).size(), 200u);
  EXPECT_TRUE(store_->search(door_.permit(Action::kSearchReads), all())->missing_days.empty());
  EXPECT_EQ(ingest_one(batch[3]).already_known, 1u) << "and knows what it holds";
}

// The column file is only a copy: with it, without it, with one that is damaged, old or another day's, the
// answers are the same.
TEST_F(StoreTest, AColumnFileIsOnlyACopy) {
  const base::Time old = kNow - std::chrono::hours(50);
  std::vector<Incoming> batch;
  for (int i = 0; i < 300; ++i)
    batch.push_back(
        passing(old - base::Millis(i * 10), "cam_a", "ABC" + std::to_string(i), i % 2 ? "red" : "white"));
  ingest(batch);
  ASSERT_TRUE(store_->correct(door_.permit(Action::kCorrectRead), batch[7].read.id,
                              *plate::Plate::parse("MENDED"), "us-md", "seen"));
  const std::string columns = dir_ + "/days/" + base::format_day(base::day_of(old)) + ".columns";
  const auto written_at = [&] { return fs::last_write_time(columns); };
  const auto expect_all = [&](const std::string& when) {
    EXPECT_EQ(store_->total_reads(), 300u) << when;
    EXPECT_EQ(found(exact("ABC123")).size(), 1u) << when;
    EXPECT_EQ(found(exact("MENDED")).size(), 1u) << when;
    EXPECT_EQ(ingest_one(batch[99]).already_known, 1u) << when;
    EXPECT_TRUE(store_->problems().empty()) << when;
  };
  reopen();
  ASSERT_TRUE(fs::exists(columns));
  const auto first = written_at();
  expect_all("with its columns");
  reopen();
  EXPECT_EQ(written_at(), first) << "what was good was not written again";
  expect_all("with its columns, again");

  store_.reset();
  fs::remove(columns);
  store_ = open_store(dir_, clock_);
  expect_all("without");
  EXPECT_TRUE(fs::exists(columns)) << "made again at the start";

  store_.reset();
  {
    std::fstream file(columns, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(400);
    file << "damage";
  }
  store_ = open_store(dir_, clock_);
  expect_all("with a damaged one");

  // One that is good in itself but older than the day file.
  store_.reset();
  fs::copy_file(columns, columns + ".kept");
  store_ = open_store(dir_, clock_);
  ASSERT_TRUE(store_->correct(door_.permit(Action::kCorrectRead), batch[8].read.id,
                              *plate::Plate::parse("LATER"), "", "seen"));
  store_.reset();
  fs::rename(columns + ".kept", columns);
  store_ = open_store(dir_, clock_);
  expect_all("with an old one");
  EXPECT_EQ(found(exact("LATER")).size(), 1u);

  ASSERT_TRUE(store_->drop_days_before(base::day_of(kNow), {}));
  EXPECT_FALSE(fs::exists(columns)) << "a dropped day leaves none of its plates behind";
}

TEST_F(StoreTest, ATornFileAndANonsenseFileDoNotStopTheServer) {
  const base::Time one = kNow - std::chrono::hours(30);
  const base::Time two = kNow - std::chrono::hours(60);
  std::vector<Incoming> batch{passing(one, "cam_a", "AAA1"), passing(two, "cam_a", "BBB1"),
                              passing(kNow, "cam_a", "CCC1")};
  ingest(batch);
  store_.reset();
  fs::resize_file(day_file(dir_, one), 5000);
  std::ofstream(day_file(dir_, two), std::ios::trunc)
      << "this is not a database, though it is long enough to be one";
  store_ = open_store(dir_, clock_);
  EXPECT_EQ(store_->problems().size(), 2u);
  EXPECT_EQ(found(exact("CCC1")).size(), 1u);
}

TEST_F(StoreTest, AnEmptiedFileIsDamageNotAnEmptyDay) {
  ingest_one(passing(kNow, "cam_a", "AAA1"));
  store_.reset();
  fs::resize_file(day_file(dir_, kNow), 0);
  store_ = open_store(dir_, clock_);
  EXPECT_EQ(store_->problems().size(), 1u);
}

TEST_F(StoreTest, RemovesPicturesWhoseReadWasNeverStored) {
  Incoming in = passing(kNow, "cam_a", "ABC123");
  in.picture_jpeg = "\xFF\xD8here";
  ingest_one(in);
  const std::string folder = dir_ + "/pictures/" + base::format_day(base::day_of(kNow)) + "/";
  const std::string orphan = folder + base::new_id("read", kNow) + ".jpg";
  std::ofstream(orphan) << "orphan";
  store_.reset();
  {
    const std::ofstream mark(dir_ + "/days/" + base::format_day(base::day_of(kNow)) + ".open");
  }  // as a crash leaves it
  store_ = open_store(dir_, clock_);
  EXPECT_FALSE(fs::exists(orphan));
  EXPECT_EQ(store_->picture(door_.permit(Action::kViewPicture), in.read.id)->file.bytes, "\xFF\xD8here");
}

// Until then each sealed picture was a file.
TEST_F(StoreTest, FindsSealedPicturesOfTheTimeBeforePacks) {
  Incoming in = passing(kNow, "cam_a", "ABC123");
  in.read.has_picture = true;
  in.preview_jpeg = "\xFF\xD8preview";  // makes the folder
  ingest_one(in);
  const std::string start = dir_ + "/pictures/" + base::format_day(base::day_of(kNow)) + "/" + in.read.id;
  std::ofstream(start + ".age") << "age-encryption.org/v1\nold";
  std::ofstream(start + ".manifest") << "glasshouse-picture 1\n";
  const auto picture = store_->picture(door_.permit(Action::kViewPicture), in.read.id);
  ASSERT_TRUE(picture) << picture.error().message();
  EXPECT_EQ(picture->file.bytes, "age-encryption.org/v1\nold");
}

TEST_F(StoreTest, AfterACrashAPackEndsWithThePictureOfTheLastRow) {
  Incoming in = passing(kNow, "cam_a", "ABC123");
  in.picture_sealed = "age-encryption.org/v1\nsealed";
  in.manifest = "glasshouse-picture 1\n";
  const Incoming kept = in;
  ingest_one(in);
  store_.reset();
  const std::string folder = dir_ + "/pictures/" + base::format_day(base::day_of(kNow)) + "/";
  const std::string pack = folder + "sealed-000001.pack", next = folder + "sealed-000002.pack";
  const auto bytes = fs::file_size(pack);
  std::ofstream(pack, std::ios::app) << "GXpr and half of a picture";
  std::ofstream(next) << "GXpictr1";
  { const std::ofstream mark(dir_ + "/days/" + base::format_day(base::day_of(kNow)) + ".open"); }
  store_ = open_store(dir_, clock_);
  EXPECT_EQ(fs::file_size(pack), bytes);
  EXPECT_FALSE(fs::exists(next));
  const auto picture = store_->picture(door_.permit(Action::kViewPicture), kept.read.id);
  ASSERT_TRUE(picture) << picture.error().message();
  EXPECT_EQ(picture->file.bytes, kept.picture_sealed);
  EXPECT_EQ(picture->file.manifest, kept.manifest);
}

TEST_F(StoreTest, CountsByHourAndRemembersTheLast) {
  const auto hour = base::from_ms(base::to_ms(kNow) / 3'600'000 * 3'600'000);
  ingest({passing(hour + base::Millis(1), "cam_a", "A1"), passing(hour + base::Millis(2), "cam_a", "A2"),
          passing(hour - base::Millis(1), "cam_a", "A3"), passing(hour + base::Millis(3), "cam_b", "A4")});
  for (int round = 0; round < 2; ++round) {
    const auto hours =
        store_->reads_by_hour("cam_a", kNow - std::chrono::hours(24), kNow + std::chrono::hours(1));
    ASSERT_EQ(hours.size(), 2u);
    EXPECT_EQ(hours[0].reads, 1u);
    EXPECT_EQ(hours[1].hour, hour);
    EXPECT_EQ(hours[1].reads, 2u);
    EXPECT_EQ(store_->last_read_at("cam_a"), hour + base::Millis(2));
    EXPECT_FALSE(store_->last_read_at("cam_z"));
    reopen();
  }
}

TEST_F(StoreTest, RefusesBadCursorsAndBadPages) {
  for (int i = 0; i < 30; ++i) ingest_one(passing(kNow - base::Millis(i), "cam_a", "ABC123"));
  Query q = all();
  q.limit = 10;
  auto page = store_->search(door_.permit(Action::kSearchReads), q);
  ASSERT_TRUE(page);
  ASSERT_FALSE(page->next_cursor.empty());
  Query other = exact("ABC123");
  other.limit = 10;
  other.cursor = page->next_cursor;
  EXPECT_TRUE(store_->search(door_.permit(Action::kSearchReads), other).error().is(Errc::kBadCursor));
  q.cursor = "nonsense";
  EXPECT_TRUE(store_->search(door_.permit(Action::kSearchReads), q).error().is(Errc::kBadCursor));
  q.cursor.clear();
  q.limit = 201;
  EXPECT_TRUE(store_->search(door_.permit(Action::kSearchReads), q).error().is(Errc::kBadQuery));
}

// A day that nobody writes to is read without locks. What comes to it late is found all the same, by who
// asked before and by who asks all the time; and once, also after a restart that knows its ids from a copy.
TEST_F(StoreTest, ALateReadAndACorrectionAreFoundWhileTheDayIsRead) {
  constexpr int kRounds = 12;
  const base::Time old = kNow - std::chrono::hours(24 * 4);
  for (int i = 0; i < 50; ++i) ingest_one(passing(old + base::Millis(i), "cam_a", "OLD1234"));
  ingest_one(passing(kNow, "cam_a", "NEW1"));  // a newer day: the old one is closed
  reopen();
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  const auto permit = door_.permit(Action::kSearchReads);
  std::thread reader([&] {
    std::size_t least = 50;
    while (!done) {
      const auto page = store_->search(permit, exact("OLD1234"));
      if (!page || page->reads.size() < least || !page->missing_days.empty()) ++wrong;
      if (page) least = page->reads.size();
    }
  });
  std::vector<Incoming> late;
  for (int i = 0; i < kRounds; ++i) {
    late.push_back(passing(old + base::Millis(1000 + i), "cam_a", "OLD1234"));
    EXPECT_EQ(ingest_one(late.back()).stored, 1u);
    EXPECT_TRUE(store_->correct(door_.permit(Action::kCorrectRead), late.back().read.id,
                                *plate::Plate::parse("CORR" + std::to_string(i)), "", "seen by eye"));
    EXPECT_EQ(found(exact("CORR" + std::to_string(i))).size(), 1u);
    ingest_one(passing(kNow + base::Millis(i), "cam_a", "NEW1"));  // closes it again
    EXPECT_EQ(found(exact("OLD1234")).size(), 51u + static_cast<std::size_t>(i));
  }
  done = true;
  reader.join();
  EXPECT_EQ(wrong.load(), 0);
  reopen();
  EXPECT_EQ(ingest(late).already_known, static_cast<std::size_t>(kRounds));
  EXPECT_EQ(found(exact("OLD1234")).size(), 50u + kRounds);
}

TEST_F(StoreTest, ManyWritersManyReaders) {
  constexpr int kWriters = 4;
  constexpr int kEach = 25;
  std::vector<std::thread> threads;
  std::atomic<int> stored{0};
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) {
        auto result = store_->ingest(
            {passing(kNow - base::Millis(w * 1000 + i), "cam_" + std::to_string(w), "ABC123")});
        if (result) stored += static_cast<int>(result->stored);
      }
    });
  }
  const auto permit = door_.permit(Action::kSearchReads);
  std::uint64_t last = 0;
  for (int i = 0; i < 50; ++i) {
    auto page = store_->search(permit, exact("ABC123"));
    ASSERT_TRUE(page);
    EXPECT_GE(page->total_at_least, last);
    last = page->total_at_least;
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(stored.load(), kWriters * kEach);
  EXPECT_EQ(found(exact("ABC123")).size(), static_cast<std::size_t>(kWriters * kEach));
}

}  // namespace
}  // namespace glasshouse::reads
