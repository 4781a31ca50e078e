import { Route, Routes } from 'react-router';
import { CaseList } from './CaseList';
import { CaseSheet } from './CaseSheet';
import { NewCase } from './NewCase';
import './cases.css';

export default function CasesPage() {
  return (
    <Routes>
      <Route index element={<CaseList />} />
      <Route path="new" element={<NewCase />} />
      <Route path=":id" element={<CaseSheet />} />
    </Routes>
  );
}
