// Prints what @dec112/cap-ts read of each file, a JSON line each. It knows the enumerations of CAP 1.2 and refuses other
// words; and it writes elements in the order of the standard, so what it writes anew must have ours in the same order.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { CAP_1_2 } = createRequire(import.meta.url)('@dec112/cap-ts');

// Names and texts of all elements, in order. Where one ends does not count: the package writes areas flat.
const elements = (xml) => [...xml.matchAll(/<([A-Za-z]+)[^>]*>([^<]*)/g)].map(([, name, text]) => `${name}=${text.trim()}`);

for (const path of process.argv.slice(2)) {
  const xml = readFileSync(path, 'utf8');
  const alert = await CAP_1_2.Alert.fromXML(xml);
  // It reads an area without polygons as one without a list of them, and then cannot write it.
  for (const area of alert.info_list.flatMap((info) => info.area_list)) {
    area.polygon_list ??= [];
    area.circle_list ??= [];
  }
  const [ours, theirs] = [elements(xml), elements(alert.toXML())];
  const at = ours.findIndex((one, i) => one !== theirs[i]);
  if (at >= 0 || ours.length !== theirs.length) {
    console.error(`${path}: element ${at} is ${ours[at]}, and ${theirs[at]} written anew`);
    process.exit(1);
  }
  const info = alert.info_list[0];
  console.log(JSON.stringify({ identifier: alert.identifier, references: alert.references, incidents: alert.incidents, headline: info.headline, areas: info.area_list.map((a) => [a.areaDesc, ...a.circle_list]) }));
}
