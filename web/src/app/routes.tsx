import { BookOpenText, Car, Camera, Eye, FolderOpen, Handshake, ImageUp, ListChecks, type LucideIcon, RadioTower, Scale, Search, Send, Settings, Siren, Gavel, GitCompareArrows, Users } from 'lucide-react';
import { type ComponentType, lazy } from 'react';

/** Every page is a chunk of its own: its folder's page.tsx has it as the default export. */
export const page_routes: readonly { path: string; Page: ComponentType }[] = [
  { path: '/live', Page: lazy(() => import('@/pages/live/page')) },
  { path: '/alerts/:id?', Page: lazy(() => import('@/pages/alerts/page')) },
  { path: '/search/*', Page: lazy(() => import('@/pages/search/page')) },
  { path: '/cases/*', Page: lazy(() => import('@/pages/cases/page')) },
  { path: '/orders', Page: lazy(() => import('@/pages/orders/page')) },
  { path: '/emergencies', Page: lazy(() => import('@/pages/emergencies/page')) },
  { path: '/hotlists/*', Page: lazy(() => import('@/pages/hotlists/page')) },
  { path: '/cameras/*', Page: lazy(() => import('@/pages/cameras/page')) },
  { path: '/try', Page: lazy(() => import('@/pages/try/page')) },
  { path: '/sharing', Page: lazy(() => import('@/pages/sharing/page')) },
  { path: '/access', Page: lazy(() => import('@/pages/access/page')) },
  { path: '/ledger', Page: lazy(() => import('@/pages/ledger/page')) },
  { path: '/rules', Page: lazy(() => import('@/pages/rules/page')) },
  { path: '/accounts', Page: lazy(() => import('@/pages/accounts/page')) },
  { path: '/sources', Page: lazy(() => import('@/pages/sources/page')) },
  { path: '/delivery', Page: lazy(() => import('@/pages/delivery/page')) },
  { path: '/passkeys', Page: lazy(() => import('@/pages/passkeys/page')) },
  { path: '/notifications', Page: lazy(() => import('@/pages/notifications/page')) },
  { path: '/settings', Page: lazy(() => import('@/pages/settings/page')) },
  { path: '*', Page: lazy(() => import('@/pages/not-found/page')) },
];

export interface NavItem {
  to: string;
  label: string;
  icon: LucideIcon;
  /** `g` and this letter go there. */
  letter: string;
  /** Shown when the role permits this action. */
  needs?: string;
  /** Stands in the bottom bar of a phone; the others under "More". */
  phone?: boolean;
}

/** The pages of this person's role, and the first of them: where they land. */
export const pages_for = (may: readonly string[]) => navigation.filter((item) => !item.needs || may.includes(item.needs));
export const home_for = (may: readonly string[]) => pages_for(may)[0]?.to ?? '/ledger';

export const navigation: readonly NavItem[] = [
  { to: '/live', label: 'Live', icon: Car, letter: 'l', needs: 'view-masked', phone: true },
  { to: '/alerts', label: 'Alerts', icon: GitCompareArrows, letter: 'a', needs: 'view-alerts', phone: true },
  { to: '/search', label: 'Search', icon: Search, letter: 's', needs: 'search-reads', phone: true },
  { to: '/cases', label: 'Cases', icon: FolderOpen, letter: 'c', needs: 'list-cases', phone: true },
  { to: '/orders', label: 'Orders', icon: Gavel, letter: 'o', needs: 'order-desk' },
  { to: '/emergencies', label: 'Emergencies', icon: Siren, letter: 'y', needs: 'use-exigent' },
  { to: '/hotlists', label: 'Hotlists', icon: ListChecks, letter: 'h', needs: 'view-hotlists' },
  { to: '/cameras', label: 'Cameras', icon: Camera, letter: 'm', needs: 'view-cameras' },
  { to: '/try', label: 'Try a picture', icon: ImageUp, letter: 't', needs: 'try-picture' },
  { to: '/sharing', label: 'Sharing', icon: Handshake, letter: 'n', needs: 'view-ledger' },
  { to: '/access', label: 'Who can see', icon: Eye, letter: 'w', needs: 'view-ledger' },
  { to: '/ledger', label: 'Ledger', icon: BookOpenText, letter: 'r', needs: 'view-ledger' },
  { to: '/rules', label: 'Rules', icon: Scale, letter: 'p', needs: 'view-ledger' },
  { to: '/accounts', label: 'Accounts', icon: Users, letter: 'u', needs: 'manage-accounts' },
  { to: '/sources', label: 'Sources', icon: RadioTower, letter: 'i', needs: 'manage-cameras' },
  { to: '/delivery', label: 'Delivery', icon: Send, letter: 'd', needs: 'manage-settings' },
  { to: '/settings', label: 'Settings', icon: Settings, letter: 'e', needs: 'manage-settings' },
];
