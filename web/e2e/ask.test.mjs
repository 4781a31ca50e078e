// The question box and what goes beyond one list of reads: form and text as one question, completion by keyboard, what is
// told before asking, wide questions and their refusal, saved questions, own searches with what came of them, corrections
// taken back, exports.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { base_url, dialog, signed_in, steps, watch, work_on_first_case } from './lib.mjs';

const understood = (page, text) => page.waitForResponse((r) => r.url().endsWith('/search/understand') && r.request().postDataJSON().text === text);
const box = (page) => page.getByRole('combobox', { name: 'Question' });
/** Written, and understood by the server. */
async function write(page, text) {
  const answer = understood(page, text);
  answer.catch(() => undefined); // the step fails by itself when the box cannot be written
  await box(page).fill(text);
  await answer;
}

/** The plate of a vehicle to whose newest read others look alike, asked for under the case that the page works on: not every one has such. */
async function plate_with_alike(page) {
  const { working_case } = await (await page.request.get(`${base_url}/api/v1/me`)).json();
  const ask = async (path, data) => {
    const answer = await page.request.post(`${base_url}/api/v1/search${path}`, {
      headers: { Origin: base_url, 'Idempotency-Key': `alike-${Date.now()}-${Math.random()}` },
      data: { case_id: working_case.case.id, ...data },
    });
    return answer.ok() ? (await answer.json()).items : []; // of some reads no looks were measured
  };
  const newest = new Map();
  const times = new Map();
  for (const read of await ask('', { question: { colors: ['white', 'black', 'gray'] }, limit: 200 })) {
    if (!read.plate) continue;
    times.set(read.plate.text, (times.get(read.plate.text) ?? 0) + 1);
    if (!newest.has(read.plate.text)) newest.set(read.plate.text, read);
  }
  const often = [...newest.keys()].sort((a, b) => times.get(b) - times.get(a)).slice(0, 20);
  for (const plate of often) if ((await ask('/again', { text: `again:${newest.get(plate).id}` })).length > 0) return plate;
  throw new Error(`no read is like another among ${often.length} vehicles`);
}

export default async function run(browser) {
  const context = await signed_in(browser, 'officer', { acceptDownloads: true });
  const page = await context.newPage();
  const complaints = watch(page);
  const asked = [];
  let plate = '';
  let camera = '';
  page.on('request', (r) => {
    if (/\/api\/v1\/search(\/(meet|convoy|route|again|export))?$/.test(r.url())) asked.push({ url: r.url(), body: r.postDataJSON() });
  });
  /** A case that this officer works on, of an offence; the page then stands at Search. */
  async function under(offence, purpose) {
    const me = await (await page.request.get(`${base_url}/api/v1/me`)).json();
    const made = await page.request.post(`${base_url}/api/v1/cases`, {
      headers: { Origin: base_url, 'Idempotency-Key': `case-${offence}-${Date.now()}` },
      data: { number: `E2E-${offence}-${Date.now() % 100000}`, purpose, offence, title: 'Browser test', officer_ids: [me.officer.id] },
    });
    assert.equal(made.status(), 201, await made.text());
    const { id } = await made.json();
    const work = await page.request.put(`${base_url}/api/v1/me/case`, { headers: { Origin: base_url, 'Idempotency-Key': `work-${Date.now()}` }, data: { case_id: id } });
    assert.ok(work.ok(), await work.text());
    await page.goto(`${base_url}/search`);
    await page.locator('.case-bar-on', { hasText: 'E2E-' }).waitFor();
  }

  const list = [
    [
      'a text fills the form, and the form writes the text',
      async () => {
        await page.goto(`${base_url}/search`);
        await page.locator('.question-sentence').waitFor();
        await work_on_first_case(page);
        camera = (await (await page.request.get(`${base_url}/api/v1/cameras`)).json()).items[0].name;
        await write(page, `plate:7?K* color:white body:pickup near:"${camera}" within:2km from:"Fri 22:00"`);
        await page.locator('.question-sentence', { hasText: 'White pickups whose plate fits 7?K*, within 1.2 mi' }).waitFor();
        assert.equal(await page.getByLabel('Plate', { exact: true }).inputValue(), '7?K*');
        assert.equal(await page.getByRole('radio', { name: 'Wildcard' }).isChecked(), true);
        assert.match(await page.getByLabel('From', { exact: true }).inputValue(), /T22:00$/);
        await page.getByLabel('Plate', { exact: true }).fill('8B1');
        await page.getByRole('radio', { name: '7 days' }).check({ force: true });
        assert.equal(await box(page).inputValue(), `plate:8B1 color:white body:pickup near:"${camera}" within:2000m from:7d`);
        assert.equal(asked.length, 0, 'nothing was searched so far');
      },
    ],
    [
      'a plate typed as it was seen offers its confusable readings',
      async () => {
        await write(page, 'plate:8O1 from:7d');
        await page.getByText('8 or B, 0, O, D or Q, 1, I or L?').waitFor();
        await page.getByRole('button', { name: /^Also ask for/ }).click();
        assert.equal(await page.getByRole('radio', { name: 'Confusable' }).isChecked(), true);
        assert.equal(await box(page).inputValue(), 'plate:~8O1 from:7d');
      },
    ],
    [
      'completion is taken by keyboard',
      async () => {
        await box(page).fill('');
        const first = understood(page, 'white bod');
        await box(page).pressSequentially('white bod');
        await first;
        await page.getByRole('option', { name: /^body:/ }).waitFor();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Tab');
        assert.equal(await box(page).inputValue(), 'white body:');
        const second = understood(page, 'white body:pic');
        await page.keyboard.type('pic');
        await second;
        await page.getByRole('option', { name: /^pickup/ }).waitFor();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        assert.equal(await box(page).inputValue(), 'white body:pickup ');
        await page.locator('.question-sentence', { hasText: 'White pickups' }).waitFor();
        assert.equal(asked.length, 0);
      },
    ],
    [
      'what is wrong is told where it stands, with what works',
      async () => {
        await write(page, 'white color:mauve');
        await page.keyboard.press('Escape');
        await page.locator('.ask-said', { hasText: 'at “mauve”' }).waitFor();
        await page.keyboard.press('Enter');
        assert.equal(asked.length, 0);
      },
    ],
    [
      'before it is asked, it is told whom it reaches and under which rule',
      async () => {
        await write(page, `white from:24h near:"${camera}"`);
        await page.keyboard.press('Escape');
        await page.locator('.explained', { hasText: camera }).waitFor();
        await page.locator('.explained-rule', { hasText: 'Would be answered' }).locator('summary').click();
        await page.locator('.explained-rule li code').first().waitFor();
        assert.equal(asked.length, 0);
      },
    ],
    [
      'Enter asks what stands in the box',
      async () => {
        await write(page, 'white from:24h');
        await page.keyboard.press('Escape');
        await box(page).press('Enter');
        await page.locator('.found .vtable-body [role=row]').first().waitFor();
        assert.deepEqual(asked.at(-1).body.question.colors, ['white']);
        const answer = await page.request.post(`${base_url}/api/v1/search`, {
          headers: { Origin: base_url, 'Idempotency-Key': `plates-${Date.now()}` }, data: { ...asked.at(-1).body, limit: 200 },
        });
        plate = (await answer.json()).items.find((r) => r.plate?.text.length === 7).plate.text;
      },
    ],
    [
      'an export is made, saved and recorded, in each of its forms',
      async () => {
        await page.getByRole('button', { name: 'Export', exact: true }).click();
        for (const [name, begins] of [['Package', 'PK'], ['Report', '%PDF-'], ['CSV', 'read_id,']]) {
          // Beside a package its key, which the server never had.
          const key = name === 'Package' ? page.waitForEvent('download', (d) => d.suggestedFilename().endsWith('.key.txt')) : undefined;
          const [file] = await Promise.all([
            page.waitForEvent('download', (d) => !d.suggestedFilename().endsWith('.key.txt')),
            dialog(page).getByRole('button', { name: `Make ${name}` }).click(),
          ]);
          if (key) assert.match(readFileSync(await (await key).path(), 'utf8'), /^# public key: age1[0-9a-z]{58}\nAGE-SECRET-KEY-1[0-9A-Z]{58}\n$/);
          assert.match(file.suggestedFilename(), /^reads-.*\.(zip|pdf|csv)$/);
          assert.ok(readFileSync(await file.path()).toString('latin1').startsWith(begins), name);
          await dialog(page).locator('.ledger-mark').waitFor();
        }
        await dialog(page).getByRole('button', { name: 'Close' }).click();
        await dialog(page).waitFor({ state: 'detached' });
      },
    ],
    [
      'an answer of more than one file comes in several, one after the other, and none holds what another does',
      async () => {
        await write(page, 'white from:48h');
        await page.keyboard.press('Escape');
        const answered = page.waitForResponse((r) => r.url().endsWith('/api/v1/search'));
        await box(page).press('Enter');
        await answered;
        await page.locator('.found .vtable-body [role=row]').first().waitFor();
        await page.getByRole('button', { name: 'Export', exact: true }).click();
        const files = [];
        for (const button of ['Make CSV', 'Make the next file']) {
          const [file] = await Promise.all([page.waitForEvent('download'), dialog(page).getByRole('button', { name: button }).click()]);
          files.push({ name: file.suggestedFilename(), ids: readFileSync(await file.path(), 'utf8').trim().split('\r\n').slice(1).map((line) => line.split(',')[0]) });
          await dialog(page).getByText(files.length === 1 ? 'It holds reads 1 to 500 of' : 'It holds reads 501 to').waitFor();
        }
        assert.match(files[0].name, /-1-to-500-of-\d+\.csv$/);
        assert.match(files[1].name, /-501-to-\d+-of-\d+\.csv$/);
        assert.equal(new Set(files.flatMap(({ ids }) => ids)).size, 500 + files[1].ids.length);
        await page.keyboard.press('Escape');
        await dialog(page).waitFor({ state: 'detached' });
      },
    ],
    [
      'what a search led to is recorded and stands in the own list',
      async () => {
        await page.locator('.found-acts').getByRole('button', { name: /What this search led to/ }).click();
        await page.getByRole('option', { name: 'A lead, no more' }).click();
        await page.locator('.found-acts .ledger-mark', { hasText: 'Outcome' }).waitFor();
        await page.getByRole('button', { name: 'Saved and past' }).click();
        const first = dialog(page).locator('.own-past', { has: page.locator('.ledger-mark', { hasText: 'Outcome' }) });
        await first.locator('.select-button', { hasText: 'A lead, no more' }).waitFor();
        await first.locator('code', { hasText: 'color:white' }).waitFor();
        assert.equal(await first.locator('.ledger-mark').count(), 2, 'the search and its outcome');
      },
    ],
    [
      'a question is saved under a name, taken up again, and forgotten; taking it up asks nothing',
      async () => {
        await dialog(page).getByLabel('Save the question that stands there as').fill('White today');
        await dialog(page).getByRole('button', { name: 'Save', exact: true }).click();
        const saved = dialog(page).locator('.own-item', { hasText: 'White today' });
        await saved.waitFor();
        await page.keyboard.press('Escape');
        await write(page, 'red from:1h');
        const before = asked.length;
        await page.getByRole('button', { name: 'Saved and past' }).click();
        await saved.locator('.own-take').click();
        assert.match(await box(page).inputValue(), /white/);
        assert.equal(asked.length, before);
        await page.getByRole('button', { name: 'Saved and past' }).click();
        await dialog(page).getByRole('button', { name: 'Forget White today' }).click();
        await saved.waitFor({ state: 'detached' });
        await dialog(page).getByRole('button', { name: 'Close' }).click();
        await dialog(page).waitFor({ state: 'detached' });
      },
    ],
    [
      'a correction is taken back, and the history tells both',
      async () => {
        await write(page, `plate:${plate} from:7d`);
        await page.keyboard.press('Escape');
        await box(page).press('Enter');
        await page.locator('.found .vtable-body [role=row]').first().dblclick();
        const panel = page.getByRole('complementary', { name: 'The read' });
        await panel.getByRole('button', { name: 'Add a correction' }).click();
        await panel.getByLabel('The plate says').fill('UNDO1');
        await panel.getByLabel('Why').fill('To be taken back');
        await panel.getByRole('button', { name: 'Put the correction beside it' }).click();
        await panel.getByRole('button', { name: 'Take back' }).click();
        await panel.getByLabel('Why is it taken back?').fill('The reader was right');
        await panel.getByRole('button', { name: 'Take it back' }).click();
        await panel.locator('.is-withdrawn', { hasText: 'The reader was right' }).waitFor();
        await panel.locator('.is-withdrawn', { hasText: 'To be taken back' }).waitFor();
        assert.equal(await panel.getByRole('button', { name: 'Take back' }).count(), 0);
        await page.keyboard.press('Escape');
      },
    ],
    [
      'a wide question under a light case would be refused, is refused, and says what would do',
      async () => {
        await under('larceny', 'burglary');
        await write(page, `show:convoy plate:${plate}`);
        await page.keyboard.press('Escape');
        await page.locator('.explained-rule', { hasText: 'Would be refused' }).waitFor();
        await page.getByText('who travels with a plate is asked only for a felony').waitFor();
        await box(page).press('Enter');
        const denial = page.locator('.denial');
        await denial.locator('code', { hasText: '/question-convoy' }).waitFor();
        await denial.getByText('house rule (strict default)').waitFor();
        await denial.getByText('or choose a case for a felony').waitFor();
      },
    ],
    [
      'the way of a plate: first and last seen, its gaps, and the address carries the question',
      async () => {
        await under('motor-vehicle-theft', 'stolen-vehicle');
        await write(page, `show:route plate:${plate}`);
        await page.keyboard.press('Escape');
        await box(page).press('Enter');
        const way = page.getByRole('region', { name: 'The way' });
        await way.getByText('First seen').waitFor();
        await way.getByText('Last seen').waitFor();
        assert.equal(new URL(page.url()).searchParams.get('q'), `show:route plate:${plate}`);
        assert.ok(asked.at(-1).url.endsWith('/search/route'));
      },
    ],
    [
      'a vehicle is found again by its looks: asked from its read, pictures first, in words, with a caution',
      async () => {
        // One that came once may be like no other.
        await write(page, `plate:${await plate_with_alike(page)}`);
        await page.keyboard.press('Escape');
        await box(page).press('Enter');
        await page.locator('.found .vtable-body [role=row]').first().dblclick();
        const panel = page.getByRole('complementary', { name: 'The read' });
        await panel.getByRole('link', { name: 'Find this vehicle again' }).click();
        await page.locator('.question-sentence', { hasText: 'What looks like the vehicle of the read chosen' }).waitFor();
        assert.match(await box(page).inputValue(), /^again:read_[0-9a-z]{26}$/);
        await box(page).press('Enter');
        await page.getByRole('region', { name: 'What was looked for' }).getByText('Looks are not a plate').waitFor();
        assert.ok(asked.at(-1).url.endsWith('/search/again'));
        const first = page.locator('.gallery .card-button').first();
        await first.getByText(/alike · /i).waitFor();
        const words = await page.locator('.gallery .card-words .strong').allInnerTexts();
        const order = ['Very alike', 'Alike', 'Loosely alike'];
        const places = words.map((w) => order.indexOf(w.replace(/\s*·\s*$/, '').trim()));
        assert.ok(places.length > 0 && places.every((at, i) => at >= (places[i - 1] ?? 0)), words.join(', '));
        await page.locator('.found-sentence').click(); // out of the box: it takes letters as letters
        await page.keyboard.press('j');
        await page.keyboard.press('Enter');
        await panel.waitFor();
        await page.keyboard.press('Escape');
      },
    ],
    [
      'who was at several places: vehicles first, their reads below',
      async () => {
        const cameras = (await (await page.request.get(`${base_url}/api/v1/cameras`)).json()).items;
        await write(page, `camera:"${cameras[0].name}" from:20h and camera:"${cameras[1].name}" from:20h`);
        await page.keyboard.press('Escape');
        await box(page).press('Enter');
        await page.locator('.found .ledger-mark').first().waitFor();
        assert.ok(asked.at(-1).url.endsWith('/search/meet'));
        const rows = page.getByRole('grid', { name: 'Vehicles' }).or(page.locator('.vehicles')).first();
        await rows.locator('[role=row]').nth(1).click();
        const chosen = await rows.locator('[aria-selected=true] .plate').innerText();
        await page.locator('.found .found-reads .plate').first().waitFor();
        for (const text of await page.locator('.found .found-reads .vtable-body .plate').allInnerTexts())
          assert.equal(text.replaceAll('\n', '').slice(-chosen.replaceAll('\n', '').length + 2), chosen.replaceAll('\n', '').slice(2));
      },
    ],
    ['the pages complain of nothing', async () => assert.deepEqual(complaints, [])],
  ];
  const failed = await steps('ask', list);
  await context.close();
  return failed;
}
