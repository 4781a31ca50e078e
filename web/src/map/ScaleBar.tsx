import { METRES_PER_FOOT, METRES_PER_MILE, metres_per_pixel, round_length } from './geo';

const LONGEST_PX = 110;

/** Two bars: feet or miles above, metres or kilometres below. */
export function ScaleBar({ lat, zoom }: { lat: number; zoom: number }) {
  const m_per_px = metres_per_pixel(lat, zoom);
  const longest_m = LONGEST_PX * m_per_px;
  const in_miles = longest_m >= METRES_PER_MILE * 0.2;
  const unit_m = in_miles ? METRES_PER_MILE : METRES_PER_FOOT;
  const imperial = round_length(longest_m / unit_m);
  const metric_m = round_length(longest_m);
  const number = (n: number) => n.toLocaleString('en-US', { maximumFractionDigits: 1 });
  const bars = [
    { text: `${number(imperial)} ${in_miles ? 'mi' : 'ft'}`, width_px: (imperial * unit_m) / m_per_px },
    { text: metric_m < 1000 ? `${number(metric_m)} m` : `${number(metric_m / 1000)} km`, width_px: metric_m / m_per_px },
  ];
  return (
    <div className="map-scale" role="img" aria-label={`Scale: the bars show ${bars.map((b) => b.text).join(' and ')}`}>
      {bars.map((bar) => (
        <span key={bar.text} style={{ width: bar.width_px }}>
          {bar.text}
        </span>
      ))}
    </div>
  );
}
