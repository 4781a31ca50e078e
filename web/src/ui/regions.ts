// Codes as the reader gives them: a country, or a country and its part.

const STATES =
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,DC District of Columbia,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming';
const COUNTRIES =
  'us United States,br Brazil,eu Europe,eu-at Austria,eu-be Belgium,eu-ch Switzerland,eu-cz Czechia,eu-de Germany,eu-dk Denmark,eu-es Spain,eu-fi Finland,eu-fr France,eu-gb United Kingdom,eu-hr Croatia,eu-hu Hungary,eu-it Italy,eu-nl Netherlands,eu-no Norway,eu-pl Poland,eu-pt Portugal,eu-ro Romania,eu-se Sweden,eu-sk Slovakia';

const pair = (text: string): { code: string; name: string } => {
  const cut = text.indexOf(' ');
  return { code: text.slice(0, cut), name: text.slice(cut + 1) };
};

export const REGIONS: readonly { code: string; name: string }[] = [
  ...STATES.split(',').map((text) => {
    const { code, name } = pair(text);
    return { code: `us-${code.toLowerCase()}`, name };
  }),
  ...COUNTRIES.split(',').map(pair),
];

const names = new Map(REGIONS.map((r) => [r.code, r.name]));

export function region_name(code: string | undefined): string {
  if (!code || code === 'unknown') return 'Region unknown';
  return names.get(code.toLowerCase()) ?? code.toUpperCase();
}

/** What stands at the left of a plate: "OH", "US"; nothing where the region is unknown. */
export function region_tag(code: string | undefined): string {
  if (!code || code === 'unknown') return '';
  return (code.split('-').pop() ?? '').toUpperCase();
}

/** For a Select: empty means any. */
export const REGION_OPTIONS = [
  { value: '', label: 'Any region' },
  ...REGIONS.map((r) => ({ value: r.code, label: r.name, note: region_tag(r.code) })),
];
