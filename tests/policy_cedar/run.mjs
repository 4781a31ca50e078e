// Asks the program's policy and Cedar the same random questions under the same random packs, and compares the decision and
// the rules that it rests on.
//   POLICY_JUDGE=build/dev/tests/policy_cedar/policy_judge node run.mjs [--cases N] [--seed N] [--tsv]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { random_from, random_pack, random_question } from './cases.mjs';
import { Judge } from './cedar.mjs';
import { in_force, read_pack } from './packs.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const cases = option('cases', 5000), seed = option('seed', 1), a_stack = 500;
const packs_dir = new URL('../../packs/', import.meta.url).pathname;
const strict = read_pack(readFileSync(join(packs_dir, 'strict-default.toml'), 'utf8'));
const shipped = readdirSync(packs_dir).filter((name) => name.endsWith('.toml')).map((name) => join(packs_dir, name));
const folder = mkdtempSync(join(tmpdir(), 'glasshouse-cedar-'));
const random = random_from(seed);

let made = 0;
function random_stack() {
  const paths = random.chance(0.7) ? [random.pick(shipped)] : [];
  for (const level of ['federal', 'state', 'locality', 'agency', 'camera', 'camera']) {
    if (!random.chance(level === 'state' ? 0.15 : 0.4)) continue;
    const path = join(folder, `${++made}.toml`);
    writeFileSync(path, random_pack(random, level, made));
    paths.push(path);
  }
  return paths;
}

const program = spawn(process.env.POLICY_JUDGE, [], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
const ask = async (objects) => {
  program.stdin.write(objects.map((object) => JSON.stringify(object)).join('\n') + '\n');
  const answers = [];
  for (let i = 0; i < objects.length; ++i) {
    const { value, done } = await lines.next();
    if (done) throw new Error('the program ended');
    answers.push(JSON.parse(value));
  }
  return answers;
};

let asked = 0, allowed = 0, disagreed = 0, stacks = 0;
const decided = new Map();
while (asked < cases) {
  const paths = random_stack();
  const questions = Array.from({ length: Math.min(a_stack, cases - asked) }, () => random_question(random));
  const [taken, ...answers] = await ask([{ stack: paths }, ...questions]);
  if (taken.packs === undefined) throw new Error(JSON.stringify(taken));
  const judge = new Judge(in_force(paths.map((path) => read_pack(readFileSync(path, 'utf8'))), strict, '2026-11-24'));
  ++stacks;
  questions.forEach((question, i) => {
    const cedar = judge.judge(question), ours = answers[i];
    ++asked;
    allowed += cedar.allowed;
    for (const rule of cedar.rules) decided.set(rule.replace(/^r-\w+-\d+\//, 'random/'), (decided.get(rule.replace(/^r-\w+-\d+\//, 'random/')) ?? 0) + 1);
    if (cedar.allowed === ours.allowed && cedar.rules.join(' ') === ours.rules.join(' ')) return;
    if (++disagreed <= 3) console.error('disagreement', JSON.stringify({ question, cedar, ours, paths }, null, 1));
  });
}
program.stdin.end();
if (disagreed === 0) rmSync(folder, { recursive: true });

if (process.argv.includes('--tsv')) {
  console.log(`policy.cedar_cases\t${asked}\tcases`);
  console.log(`policy.cedar_disagreements\t${disagreed}\tcases`);
} else {
  console.log(`  count ${asked} questions under ${stacks} stacks, ${allowed} allowed, ${decided.size} kinds of rules decided, ${disagreed} disagreements`);
}
// A comparison in which hardly anything is allowed, or hardly any rule decides, would prove little.
const thin = allowed < asked * 0.05 || decided.size < 60;
if (thin) console.error(`too thin: ${allowed} of ${asked} allowed, ${decided.size} rules decided`);
process.exit(disagreed === 0 && !thin ? 0 : 1);
