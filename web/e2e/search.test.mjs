// Search as an officer does it: the question under the case, one selection in list, pictures, timeline and map,
// the read in full, a correction, a shared address that is not run by itself, and a refusal with its way out.
import assert from 'node:assert/strict';
import { base_url, common_starts, leave_case, signed_in, sizes, steps, watch, work_on_first_case } from './lib.mjs';

const ask = async (page) => {
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.locator('.found, .denial, .problem').first().waitFor();
};
const focused = (page) => page.locator('.found [aria-selected=true]');

export default async function run(browser) {
  const context = await signed_in(browser, 'officer');
  const page = await context.newPage();
  const complaints = watch(page);
  const asked = [];
  let pattern = '';
  page.on('request', (r) => {
    if (r.url().endsWith('/api/v1/search')) asked.push(r.postDataJSON());
  });
  const list = [
    [
      'without a case the page says so and offers one',
      async () => {
        await page.goto(`${base_url}/search`);
        await page.locator('main h1').waitFor();
        await leave_case(page);
        await page.getByRole('heading', { name: 'A search needs a case' }).waitFor();
        await page.getByLabel('Plate', { exact: true }).fill('8K');
        await page.getByRole('button', { name: 'Search', exact: true }).click();
        await page.getByRole('dialog').getByRole('option').first().waitFor();
        await page.keyboard.press('Escape');
        assert.equal(asked.length, 0);
        await work_on_first_case(page);
        pattern = `${(await common_starts(page))[0]}*`;
      },
    ],
    [
      'the slash puts the cursor into the question; wildcards choose their mode; the sentence says it',
      async () => {
        await page.goto(`${base_url}/search`);
        await page.locator('.question-sentence').waitFor();
        await page.keyboard.press('/');
        await page.keyboard.type('7?K*');
        await page.locator('.question-sentence', { hasText: 'whose plate fits 7?K*' }).waitFor();
        assert.equal(await page.getByRole('radio', { name: 'Wildcard' }).isChecked(), true);
        await page.keyboard.press('Escape');
        assert.equal(asked.length, 0);
      },
    ],
    [
      'an empty question is not asked',
      async () => {
        await page.getByRole('button', { name: /^Clear/ }).click();
        await page.getByRole('button', { name: 'Search', exact: true }).click();
        await page.locator('.question [data-invalid]').first().waitFor();
        assert.equal(await page.getByRole('combobox', { name: 'Question' }).inputValue(), '');
        assert.equal(asked.length, 0);
      },
    ],
    [
      'a question about everybody who passed is not asked, and says what is missing',
      async () => {
        await page.getByLabel('Plate', { exact: true }).fill('?*');
        await page.getByRole('button', { name: 'Search', exact: true }).click();
        await page.getByText('This would show everybody who passed.').waitFor();
        assert.equal(asked.length, 0);
      },
    ],
    [
      'reads arrive with the recorded number, and the address carries the question but no case',
      async () => {
        await page.getByLabel('Plate', { exact: true }).fill(pattern);
        await page.getByRole('radio', { name: 'All kept' }).check({ force: true });
        await ask(page);
        await page.locator('.found .ledger-mark').first().waitFor();
        await page.locator('.found .vtable-body [role=row]').nth(3).waitFor();
        assert.equal(asked.length, 1);
        assert.ok(asked[0].case_id);
        assert.deepEqual(asked[0].question, { plate: { text: pattern, mode: 'wildcard' } });
        const address = new URL(page.url());
        assert.equal(address.searchParams.get('plate'), pattern);
        assert.ok(![...address.searchParams.keys()].some((k) => k.includes('case')));
      },
    ],
    [
      'j, k and Enter move and open; Escape closes; the open read follows',
      async () => {
        await page.locator('.found-sentence').click();
        await page.keyboard.press('j');
        await page.keyboard.press('j');
        assert.equal(await focused(page).count(), 1);
        assert.equal(await focused(page).getAttribute('aria-rowindex'), '3');
        await page.keyboard.press('Enter');
        const panel = page.getByRole('complementary', { name: 'The read' });
        await panel.getByText(/^2 of /).waitFor();
        await page.keyboard.press('k');
        await panel.getByText(/^1 of /).waitFor();
        await page.keyboard.press('Escape');
        await panel.waitFor({ state: 'detached' });
      },
    ],
    [
      'hovering a row lights its bar in the timeline; a bar leads to its first read',
      async () => {
        await page.locator('.found .vtable-body [role=row]').nth(1).hover();
        await page.locator('.timeline .bar.is-lit').waitFor();
        await page.locator('.timeline .bar.is-lit').click();
        assert.equal(await focused(page).count(), 1);
      },
    ],
    [
      'pictures are the same selection',
      async () => {
        await page.locator('.found-sentence').click();
        await page.keyboard.press('Home');
        await page.keyboard.press('v');
        await page.locator('.gallery .card.is-selected').waitFor();
        assert.equal(await page.locator('.gallery .card').first().evaluate((el) => el.classList.contains('is-selected')), true);
        await page.keyboard.press('v');
        await page.locator('.found .vtable').waitFor();
      },
    ],
    [
      'a correction stands beside the read and changes nothing in it',
      async () => {
        await page.locator('.found-sentence').click();
        await page.keyboard.press('Home');
        await page.keyboard.press('Enter');
        const panel = page.getByRole('complementary', { name: 'The read' });
        await panel.getByRole('button', { name: 'Add a correction' }).click();
        await panel.getByLabel('The plate says').fill('CHECK1');
        await panel.getByLabel('Why').fill('Seen in the picture by a browser test');
        await panel.getByRole('button', { name: 'Put the correction beside it' }).click();
        await panel.locator('.correction', { hasText: 'Seen in the picture' }).first().waitFor();
        await panel.getByText('What the reader saw').waitFor();
        await page.keyboard.press('Escape');
      },
    ],
    [
      'more reads come on request only, as pages of the same question',
      async () => {
        const more = page.getByRole('button', { name: 'Load more' });
        if (!(await more.isVisible())) return assert.ok(await page.getByText('That is all of them.').isVisible());
        const before = asked.length;
        await more.click();
        await page.getByText(/^(?!50 )[\d,]+ shown\.|That is all of them\./).waitFor();
        assert.equal(asked.length, before + 1);
        assert.ok(asked.at(-1).cursor);
        assert.deepEqual(asked.at(-1).question, asked.at(-2).question);
      },
    ],
    [
      'a read is put on hold for the case, stands on its sheet, and the hold is lifted',
      async () => {
        await page.locator('.found-sentence').click();
        await page.keyboard.press('Home');
        await page.keyboard.press('Enter');
        const panel = page.getByRole('complementary', { name: 'The read' });
        await panel.getByRole('button', { name: /^Put on hold for/ }).click();
        await panel.getByLabel('What is it evidence of?').fill('A browser test needs it');
        await panel.getByRole('button', { name: 'Put on hold', exact: true }).click();
        await panel.getByText(/keeps this read until/).waitFor();
        await panel.getByRole('link', { name: /^Case / }).click();
        const held = page.getByRole('region', { name: 'On hold' });
        const row = held.getByRole('listitem').filter({ hasText: 'A browser test needs it' }).first();
        await row.getByRole('button', { name: /^Show the read/ }).click();
        await row.locator('.plate').first().waitFor();
        await row.getByRole('button', { name: /^Lift the hold/ }).click();
        await row.getByLabel('Why is it lifted?').fill('The browser test is over');
        await row.getByRole('button', { name: 'Lift the hold', exact: true }).click();
        await row.getByText('Ended', { exact: true }).waitFor();
      },
    ],
    [
      'a shared address fills the question and asks nothing',
      async () => {
        const before = asked.length;
        await page.goto(`${base_url}/search?color=red&body=suv&last=7d`);
        await page.getByText('Nothing has been searched yet.').waitFor();
        await page.locator('.question-sentence', { hasText: 'Red SUVs, in the last 7 days.' }).waitFor();
        assert.equal(asked.length, before);
      },
    ],
    [
      'a place without drawing: so many miles around a camera',
      async () => {
        await page.goto(`${base_url}/search`);
        await page.getByText('Cameras and place', { exact: false }).first().click();
        await page.getByRole('button', { name: /Or around a camera/ }).click();
        await page.getByRole('option').first().click();
        await page.getByLabel('Miles').fill('1');
        await page.getByRole('button', { name: 'Set', exact: true }).click();
        await page.locator('.question-sentence', { hasText: 'within 1.0 mi' }).waitFor();
        await ask(page);
        assert.equal(Math.round(asked.at(-1).question.area.circle.radius_m), 1609);
      },
    ],
    [
      'a refusal names its rule, its citation and what would be allowed',
      async () => {
        await page.goto(`${base_url}/search?plate=ABC123&kind=federal&behalf=A+federal+agency`);
        await page.locator('.question-sentence', { hasText: 'on behalf of A federal agency' }).waitFor();
        await ask(page);
        const denial = page.locator('.denial');
        await denial.locator('.denial-rules li').first().waitFor();
        assert.ok((await denial.locator('.denial-rules code').first().textContent()).length > 3);
        await denial.locator('.ledger-mark').waitFor();
      },
    ],
    [
      'nothing is wider than a phone',
      async () => {
        await page.setViewportSize(sizes.phone);
        await page.goto(`${base_url}/search?plate=${pattern}&last=kept`);
        await page.locator('.question-sentence').waitFor();
        await ask(page);
        await page.locator('.found').waitFor();
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0);
        await page.setViewportSize(sizes.wide);
      },
    ],
    ['the pages complain of nothing', async () => assert.deepEqual(complaints, [])],
  ];
  const failed = await steps('search', list);
  await context.close();
  return failed;
}
