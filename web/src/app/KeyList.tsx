import { Fragment } from 'react';
import { Dialog } from '@/ui/Dialog';
import { useHotkeyList } from '@/ui/hotkeys';

const shown: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', ' ': 'Space' };

function Keys({ keys }: { keys: string }) {
  return keys.split(' | ').map((way, i) => (
    <Fragment key={way}>
      {i > 0 ? <span className="faint"> or </span> : null}
      {(way === ' ' ? [' '] : way.split(' ')).map((key) => (
        <kbd key={key}>{shown[key] ?? key}</kbd>
      ))}
    </Fragment>
  ));
}

export default function KeyList({ on_close }: { on_close: () => void }) {
  const groups = useHotkeyList();
  return (
    <Dialog open on_close={on_close} title="Keys" kind="wide">
      <div className="key-list">
        {groups.map(({ group, keys }) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {keys.map((k) => (
                <div key={k.keys}>
                  <dt>
                    <Keys keys={k.keys} />
                  </dt>
                  <dd>{k.label}</dd>
                </div>
              ))}
              {group === 'Everywhere' ? (
                <div>
                  <dt>
                    <kbd>Esc</kbd>
                  </dt>
                  <dd>Close what is open, back out</dd>
                </div>
              ) : null}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
