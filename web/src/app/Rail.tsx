import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bell, CircleUser, KeyRound, Keyboard, Lock, LogOut, Menu as MenuIcon, Monitor, Moon, Sun } from 'lucide-react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { NavLink, useNavigate } from 'react-router';
import { api, call, type Schemas } from '@/api/client';
import { me_query, overview_query } from '@/api/queries';
import { drop_picture_key } from '@/seal/own_key';
import { count_text } from '@/ui/units';
import { useKeyList } from './case-dialog';
import { useConnection } from './events';
import type { NavItem } from './routes';
import { useMay } from './session';
import { apply_theme, type Theme, useTheme } from './theme';

export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg className="mark" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <path d="M16 2.5 28.5 12.7V28.5h-25V12.7Z" className="mark-glass" />
      <path d="M16 17h12.5v11.5H16Z" className="mark-lit" />
      <path d="M16 2.5 28.5 12.7V28.5h-25V12.7ZM16 2.5v26M3.5 17h25" className="mark-frame" />
    </svg>
  );
}

function AlertCount() {
  const may = useMay();
  const pending = useQuery({ ...overview_query, enabled: may('view-masked') }).data?.alerts_pending ?? 0;
  if (pending === 0) return null;
  return (
    <span className="nav-count">
      {count_text(pending)}
      <span className="visually-hidden"> waiting for a person</span>
    </span>
  );
}

function NavItems({ items }: { items: readonly NavItem[] }) {
  return (
    <ul>
      {items.map(({ to, label, icon: Icon }) => (
        <li key={to}>
          <NavLink to={to} className="nav-item">
            <Icon size={18} strokeWidth={1.75} aria-hidden />
            <span>{label}</span>
            {to === '/alerts' ? <AlertCount /> : null}
          </NavLink>
        </li>
      ))}
    </ul>
  );
}

export function Rail({ items, session, about }: { items: readonly NavItem[]; session: Schemas['Session']; about: Schemas['About'] }) {
  const daily = items.filter((item) => !['/accounts', '/sources', '/delivery', '/settings'].includes(item.to));
  const house = items.filter((item) => !daily.includes(item));
  return (
    <aside className="rail" aria-label="Glasshouse">
      <div className="rail-brand">
        <Mark />
        <div>
          <p className="rail-name">Glasshouse</p>
          <p className="small faint">{about.town.agency}</p>
        </div>
      </div>
      <nav aria-label="Pages" className="rail-nav">
        <NavItems items={daily} />
        {house.length ? (
          <>
            <p className="rail-section" aria-hidden="true">
              House
            </p>
            <NavItems items={house} />
          </>
        ) : null}
      </nav>
      <ConnectionState />
      <PersonMenu session={session} />
    </aside>
  );
}

export function ConnectionState() {
  const connection = useConnection();
  if (connection === 'off') return null;
  const words = { connected: 'Receiving live', connecting: 'Connecting…', reconnecting: 'Connection lost. Reconnecting…' }[connection];
  return (
    <p className={`connection connection-${connection}`} role="status">
      <span className="connection-shape" aria-hidden="true" />
      {words}
    </p>
  );
}

const roles: Record<Schemas['Role'], string> = {
  officer: 'Officer',
  supervisor: 'Supervisor',
  administrator: 'Administrator',
  auditor: 'Auditor',
  dispatcher: 'Dispatcher',
};
export const role_name = (role: Schemas['Role']) => roles[role];

const themes: { id: Theme; label: string; icon: typeof Sun }[] = [
  { id: 'system', label: 'As the system', icon: Monitor },
  { id: 'light', label: 'Light', icon: Sun },
  { id: 'dark', label: 'Dark', icon: Moon },
];

function PersonMenu({ session }: { session: Schemas['Session'] }) {
  const queries = useQueryClient();
  const theme = useTheme();
  const show_keys = useKeyList();
  const go = useNavigate();
  const lock = useMutation({
    mutationFn: async () => {
      await call(api.POST('/api/v1/me/lock'));
      await drop_picture_key();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: me_query.queryKey }),
  });
  const sign_out = useMutation({
    mutationFn: async () => {
      await (await import('@/push/browser')).leave();
      await call(api.POST('/api/v1/sign-out'));
      await drop_picture_key();
    },
    onSuccess: () => {
      // Nothing that was seen under a session stays in the page after it.
      queries.clear();
      window.location.assign('/sign-in');
    },
  });
  return (
    <>
      <MenuTrigger>
        <AriaButton className="person">
          <CircleUser size={22} strokeWidth={1.5} aria-hidden />
          <span className="person-words">
            <span className="clip strong">{session.officer.name}</span>
            <span className="small faint">{role_name(session.officer.role)}</span>
          </span>
        </AriaButton>
        <Popover className="popover" placement="top start">
          <Menu
            className="menu"
            aria-label="You and this screen"
            onAction={(key) => {
              if (key === 'lock') lock.mutate();
              else if (key === 'out') sign_out.mutate();
              else if (key === 'passkeys' || key === 'notifications') void go(`/${key}`);
              else if (key === 'keys') show_keys();
              else apply_theme(key as Theme);
            }}
          >
            {themes.map(({ id, label, icon: Icon }) => (
              <MenuItem key={id} id={id} className="menu-item" textValue={label}>
                <Icon size={16} aria-hidden /> {label}
                {theme === id ? <span className="push faint small">chosen</span> : null}
              </MenuItem>
            ))}
            <Separator className="menu-line" />
            <MenuItem id="keys" className="menu-item">
              <Keyboard size={16} aria-hidden /> Keys <kbd className="push">?</kbd>
            </MenuItem>
            <MenuItem id="passkeys" className="menu-item">
              <KeyRound size={16} aria-hidden /> My passkeys
            </MenuItem>
            {session.may.includes('view-alerts') ? (
              <MenuItem id="notifications" className="menu-item">
                <Bell size={16} aria-hidden /> My notifications
              </MenuItem>
            ) : null}
            <MenuItem id="lock" className="menu-item">
              <Lock size={16} aria-hidden /> Lock the screen
            </MenuItem>
            <MenuItem id="out" className="menu-item">
              <LogOut size={16} aria-hidden /> Sign out
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}

/** The phone's navigation: four pages and the rest under "More". */
export function BottomBar({ items, session }: { items: readonly NavItem[]; session: Schemas['Session'] }) {
  const go = useNavigate();
  const first = items.filter((item) => item.phone);
  const rest = items.filter((item) => !item.phone);
  return (
    <nav className="bottom-bar" aria-label="Pages (phone)">
      <NavItems items={first} />
      <MenuTrigger>
        <AriaButton className="nav-item">
          <MenuIcon size={18} strokeWidth={1.75} aria-hidden />
          <span>More</span>
        </AriaButton>
        <Popover className="popover" placement="top end">
          <Menu className="menu" aria-label="More pages" onAction={(key) => void go(String(key))}>
            {rest.map(({ to, label, icon: Icon }) => (
              <MenuItem key={to} id={to} className="menu-item" textValue={label}>
                <Icon size={16} aria-hidden /> {label}
              </MenuItem>
            ))}
          </Menu>
          <div className="bottom-person">
            <PersonMenu session={session} />
          </div>
        </Popover>
      </MenuTrigger>
    </nav>
  );
}
