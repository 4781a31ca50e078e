// Cases, hotlists, cameras and Try a picture, each from the list to the thing done.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { base_url, dialog, signed_in, steps, watch } from './lib.mjs';

const stamp = Date.now().toString(36).toUpperCase();
const choose = async (page, label, name) => {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('option', { name }).first().click();
};

/** A picture without any vehicle: 2 by 2 gray pixels as PNG. */
const tiny_png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNoYGBoaAAABIgBgdkEgHcAAAAASUVORK5CYII=', 'base64');

const cases = (page) => [
  [
    'a new case shows the forbidden purposes with their citation and does not offer them',
    async () => {
      await page.goto(`${base_url}/cases/new`);
      await page.getByRole('heading', { name: 'Never a purpose here' }).waitFor();
      assert.ok((await page.locator('.forbidden li code').count()) > 0);
      assert.equal(await page.locator('.forbidden').getByRole('radio').count(), 0);
    },
  ],
  [
    'nothing is sent before the form is whole',
    async () => {
      await page.getByRole('button', { name: 'Open the case' }).click();
      await page.getByText('Choose what this is for.').waitFor();
      assert.ok(page.url().endsWith('/cases/new'));
    },
  ],
  [
    'a case is opened, gets a plate and a description, loses them, is closed and opened again',
    async () => {
      await page.getByLabel('Case number').fill(`T-${stamp}`);
      await page.getByLabel('Title').fill('Browser test');
      await page.locator('.purpose-grid .radio').first().click();
      await choose(page, /^Choose Offense|^Offense|Choose/, /./);
      await page.getByRole('button', { name: 'Open the case' }).click();
      await page.getByRole('heading', { name: `Case T-${stamp}` }).waitFor();
      const plates = page.getByRole('region', { name: 'Plates' });
      await plates.getByLabel('Plate', { exact: true }).fill('tst 4-071');
      await plates.getByRole('button', { name: 'Add plate' }).click();
      await plates.getByRole('link', { name: 'Search TST4071' }).waitFor();
      const described = page.getByRole('region', { name: 'Descriptions' });
      await described.getByLabel('The vehicle in words').fill('Ladder on the roof');
      await described.getByRole('button', { name: 'Add description' }).click();
      await described.getByText('Ladder on the roof').first().waitFor();
      await plates.getByRole('button', { name: 'Take TST4071 off the sheet' }).click();
      await plates.getByText('No plate on the sheet yet.').waitFor();
      await page.getByRole('button', { name: 'Close the case' }).click();
      await page.getByRole('button', { name: 'Reopen' }).click();
      await page.getByRole('button', { name: 'Close the case' }).waitFor();
    },
  ],
  [
    'the list finds it again',
    async () => {
      await page.goto(`${base_url}/cases?show=all&q=T-${stamp}`);
      await page.getByRole('gridcell', { name: `T-${stamp}` }).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: `Case T-${stamp}` }).waitFor();
    },
  ],
];

const csv = `plate,reason,case_number,expires_at\nTST${stamp.slice(-4)},Stolen vehicle,26-1,2031-01-01T00:00:00Z\nBAD_1,Stolen vehicle,26-2,2031-01-01T00:00:00Z\nNOWHY1,,26-2,2031-01-01T00:00:00Z\nNOEND1,Stolen vehicle,26-4,\n`;
const hotlists = (page) => [
  [
    'a list is made, with its rule for O and 0 shown by an example',
    async () => {
      await page.goto(`${base_url}/hotlists`);
      await page.getByRole('button', { name: 'New list' }).click();
      await dialog(page).getByLabel('Name', { exact: true }).fill(`Test ${stamp}`);
      await dialog(page).getByText('Written alike').click();
      await dialog(page).getByText('both writings are exact hits').waitFor();
      await dialog(page).getByText('Two different characters').click();
      await dialog(page).getByRole('button', { name: 'Make the list' }).click();
      await page.getByRole('heading', { name: `Test ${stamp}` }).waitFor();
    },
  ],
  [
    'an entry tells its misreads beforehand and needs an end',
    async () => {
      await page.getByRole('button', { name: /^Add entry/ }).click();
      await dialog(page).getByLabel('Plate or pattern').fill('kp8-120');
      await dialog(page).getByText('Also matches these misreads').waitFor();
      await dialog(page).getByText('KPB120').waitFor();
      await dialog(page).getByLabel('Reason').fill('Stolen vehicle');
      await dialog(page).getByLabel('Case number').fill('26-1');
      await dialog(page).getByRole('button', { name: 'Add the entry' }).click();
      await dialog(page).getByText('No entry is without an end.').waitFor();
      await dialog(page).getByRole('button', { name: 'In 7 days' }).click();
      await dialog(page).getByRole('button', { name: 'Add the entry' }).click();
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByRole('img', { name: /^Plate K P 8 1 2 0/ }).first().waitFor();
    },
  ],
  [
    'a file becomes a preview with reasons, and only a person applies it',
    async () => {
      await page.getByRole('button', { name: /^Import file/ }).click();
      await page.locator('input[type=file]').setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
      await dialog(page).locator('.import-refused tbody tr').nth(2).waitFor();
      const lines = await dialog(page).locator('.import-refused tbody tr td:first-child').allTextContents();
      assert.deepEqual(lines, ['3', '4', '5']);
      const [file] = await Promise.all([page.waitForEvent('download'), dialog(page).getByRole('button', { name: 'Download them' }).click()]);
      assert.match(readFileSync(await file.path(), 'utf8'), /^line,why it was refused/);
      await dialog(page).getByRole('button', { name: /^Apply: 1 added/ }).click();
      await dialog(page).getByText('1 added, 0 changed, 0 ended.').waitFor();
      await dialog(page).locator('.ledger-mark').waitFor();
      await dialog(page).getByRole('button', { name: 'Back to the list' }).click();
    },
  ],
  [
    'the source of a list is chosen, and a faulty column map is refused with its line',
    async () => {
      await page.getByRole('button', { name: 'Source' }).click();
      await dialog(page).getByText('A column map of yours').click();
      await dialog(page).getByRole('button', { name: 'Start from an example' }).click();
      const map = dialog(page).getByRole('textbox', { name: 'Column map' });
      const example = await map.inputValue();
      await map.fill(example.replace('layout = "csv"', 'layout = "xml"'));
      await dialog(page).getByRole('button', { name: /^Save/ }).click();
      await dialog(page).getByText('In line 3 layout is neither csv nor fixed').waitFor();
      assert.equal(await dialog(page).getByRole('checkbox', { name: /^Immigration violator/ }).isDisabled(), true);
      await dialog(page).getByText('NCIC extract, CSV').click();
      await dialog(page).getByRole('button', { name: /^Save/ }).click();
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByText('Layout of its files: NCIC extract, CSV').waitFor();
    },
  ],
  [
    'a list with limits and a watched folder says so, and shows its files',
    async () => {
      await page.getByRole('button', { name: 'Source' }).click();
      await dialog(page).getByLabel(/^Warn when/).fill('4');
      await dialog(page).getByLabel(/^Stop alerting/).fill('2');
      await dialog(page).getByLabel('Watched folder').fill(`t-${stamp.slice(-4)}`);
      await dialog(page).getByRole('button', { name: /^Save/ }).click();
      await dialog(page).getByText('The list would stop before it warns').waitFor();
      await dialog(page).getByLabel(/^Stop alerting/).fill('8');
      await dialog(page).getByText('Everybody sees this list').waitFor();
      await dialog(page).getByRole('group', { name: /^Everybody sees/ }).getByRole('checkbox').first().check({ force: true });
      await dialog(page).getByText('Only these see the list').waitFor();
      await dialog(page).getByRole('button', { name: /^Save/ }).click();
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByText('Its newest file is of').waitFor();
      await page.getByText('For one person and those who manage').waitFor();
      await page.getByRole('button', { name: 'Files' }).click();
      await dialog(page).getByText('No file has come yet').waitFor();
      await page.keyboard.press('Escape');
      await dialog(page).waitFor({ state: 'detached' });
    },
  ],
  [
    'barred rows are counted and not shown, and each change is',
    async () => {
      const rows = (color) => [`V1,VA0070100,20261101,TSV${stamp.slice(-4)},VA,2027,2019,FORD,F15,PK,${color}`, `N2,VA0070100,20261101,SECRET1,VA,2027,2019,FORD,F15,PK,RED`].join('\n');
      const read = (color) => page.locator('input[type=file]').setInputFiles({ name: 'extract.csv', mimeType: 'text/csv', buffer: Buffer.from(rows(color)) });
      await page.getByRole('button', { name: /^Import file/ }).click();
      await read('RED');
      await dialog(page).getByRole('region', { name: 'Barred rows' }).getByText('Immigration violator').waitFor();
      assert.equal(await page.getByText('SECRET1').count(), 0);
      await dialog(page).getByRole('button', { name: /^Apply: 1 added/ }).click();
      await dialog(page).getByRole('button', { name: 'Back to the list' }).click();
      await page.getByRole('button', { name: /^Import file/ }).click();
      await read('BLU');
      await dialog(page).getByText('1 that would be changed').click();
      await dialog(page).locator('.import-change').getByText('blue').waitFor();
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
      await dialog(page).waitFor({ state: 'detached' });
    },
  ],
  [
    'an entry is ended and stands under "Ended"',
    async () => {
      await page.getByRole('img', { name: /^Plate K P 8 1 2 0/ }).first().dblclick();
      await dialog(page).getByRole('button', { name: 'End this entry…' }).click();
      await dialog(page).getByRole('button', { name: /^End it now/ }).click();
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByText('Ended', { exact: true }).first().click();
      await page.getByRole('img', { name: /^Plate K P 8 1 2 0/ }).first().waitFor();
    },
  ],
];

const cameras = (page) => [
  [
    'the list opens a camera that says how it is',
    async () => {
      await page.goto(`${base_url}/cameras`);
      await page.locator('.cameras-side .vtable-body [role=row]').first().waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.locator('.camera-detail .findings li').first().waitFor();
      await page.locator('.camera-detail .histogram rect').nth(5).waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'All cameras', exact: true }).click();
    },
  ],
  [
    'the map is drawn and asks nobody outside',
    async () => {
      await page.locator('.map-scale').waitFor();
      await page.getByRole('button', { name: 'Zoom in' }).click();
    },
  ],
  [
    'a camera is added without the map, gets a token once, is switched off',
    async () => {
      await page.getByRole('button', { name: 'Add a camera' }).click();
      await page.getByLabel('Name').fill(`Test camera ${stamp}`);
      await page.getByLabel('Latitude').fill('44.038');
      await page.getByLabel('Longitude').fill('-74.94');
      await page.getByLabel(/^Looks toward/).fill('90');
      await page.getByRole('button', { name: 'Add the camera' }).click();
      const detail = page.getByRole('article', { name: `Test camera ${stamp}` });
      await detail.getByRole('heading', { name: 'Why is nothing arriving from this one?' }).waitFor();
      await detail.getByText('east, 90°').waitFor();
      await detail.getByRole('button', { name: 'Issue a device token' }).click();
      await dialog(page).getByRole('button', { name: 'Issue the token' }).click();
      await dialog(page).getByText('This is shown once.').waitFor();
      const token = await dialog(page).locator('code').first().textContent();
      assert.ok(token.length >= 20);
      await dialog(page).getByRole('button', { name: 'I have it' }).click();
      await dialog(page).waitFor({ state: 'detached' });
      assert.equal(await page.getByText(token).count(), 0);
      await detail.getByRole('button', { name: 'Switch off' }).click();
      await detail.getByRole('button', { name: 'Switch on' }).waitFor();
    },
  ],
];

const delivery = (page) => [
  [
    'a channel is made, its secret shown once, and what it may say is chosen',
    async () => {
      await page.goto(`${base_url}/delivery`);
      await page.getByRole('button', { name: 'New channel' }).click();
      await dialog(page).getByLabel('Who receives it').fill(`Dispatch ${stamp}`);
      await dialog(page).getByLabel('Address').fill('https://localhost:1/hook');
      await dialog(page).getByText('Never a plate, a case').waitFor();
      await dialog(page).getByText('The camera’s place').click();
      await dialog(page).getByLabel('Quiet until').fill('6 in the morning');
      await dialog(page).getByText('A time like 06:00.').waitFor();
      await dialog(page).getByLabel('Quiet until').fill('00:00');
      await dialog(page).getByRole('button', { name: /^Make the channel/ }).click();
      const secret = await dialog(page).locator('.channel-secret').textContent();
      assert.ok(secret.length >= 40);
      await dialog(page).getByRole('button', { name: 'I have it' }).click();
      await dialog(page).waitFor({ state: 'detached' });
      assert.equal(await page.getByText(secret).count(), 0);
      await page.getByRole('article', { name: `Dispatch ${stamp}` }).getByText('Says the hotlist’s name, the camera’s name, the camera’s place.').waitFor();
    },
  ],
  [
    'a test message is sent, and the log says why it did not arrive',
    async () => {
      const channel = page.getByRole('article', { name: `Dispatch ${stamp}` });
      await channel.getByRole('button', { name: 'Send a test message' }).click();
      await channel.getByText('Given up').waitFor();
      await channel.getByText('The address was not called.').waitFor();
      await channel.getByRole('button', { name: 'Remove…' }).click();
      await channel.getByRole('button', { name: 'Remove it and its log' }).click();
      await channel.waitFor({ state: 'detached' });
    },
  ],
];

const picture = (page) => [
  [
    'a file that is no picture is refused before it travels',
    async () => {
      await page.goto(`${base_url}/try`);
      await page.getByText('Nothing is stored:').waitFor();
      let sent = 0;
      page.on('request', (r) => (sent += r.url().endsWith('/api/v1/try-picture') ? 1 : 0));
      await page.locator('input[type=file]').first().setInputFiles({ name: 'car.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('only text') });
      await page.getByText('This is not a picture that can be read').waitFor();
      assert.equal(sent, 0);
    },
  ],
  [
    'a picture is read, or said to hold no vehicle',
    async () => {
      await page.locator('input[type=file]').first().setInputFiles({ name: 'gray.png', mimeType: 'image/png', buffer: tiny_png });
      await page.locator('.try-reads, .try-body .empty, .problem').first().waitFor();
    },
  ],
];

export default async function run(browser) {
  let failed = 0;
  for (const [title, role, list] of [
    ['cases', 'supervisor', cases],
    ['hotlists', 'supervisor', hotlists],
    ['cameras', 'administrator', cameras],
    ['delivery', 'administrator', delivery],
    ['try a picture', 'officer', picture],
  ]) {
    const context = await signed_in(browser, role, { acceptDownloads: true });
    const page = await context.newPage();
    const complaints = watch(page);
    failed += await steps(title, [...list(page), ['the pages complain of nothing', async () => assert.deepEqual(complaints, [])]]);
    await context.close();
  }
  return failed;
}
