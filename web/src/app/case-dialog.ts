import { createContext, useContext } from 'react';

/** Opens "Work on a case". */
export const CaseDialogContext = createContext<() => void>(() => undefined);
export const useCaseDialog = () => useContext(CaseDialogContext);

/** Opens the list of keys. */
export const KeyListContext = createContext<() => void>(() => undefined);
export const useKeyList = () => useContext(KeyListContext);
