import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { describe_character, doubt_of, PlateChip } from './PlateChip';

afterEach(cleanup);
const sure = (value: string) => ({ value, confidence: 0.99, alternatives: [] });
const weak = { value: '8', confidence: 0.5, alternatives: [{ value: 'B', confidence: 0.4 }, { value: '8', confidence: 0.5 }] };

describe('PlateChip', () => {
  it('shows dots and no letter when masked', () => {
    const { container } = render(<PlateChip dots={7} region="US-OH" />);
    expect(container.querySelectorAll('.plate-dot')).toHaveLength(7);
    expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Masked plate, 7 characters, region OH');
    expect(container.textContent).toBe('OH');
  });
  it('says the letters one by one, and that the region is unknown', () => {
    render(<PlateChip text="AB1" region="unknown" />);
    expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Plate A B 1, region unknown');
  });
  it('shows doubt on the character that has it and reaches it by the keyboard', () => {
    const { container } = render(<PlateChip text="A8" region="US-OH" characters={[sure('A'), weak]} explain />);
    expect(container.querySelectorAll('.plate-weak')).toHaveLength(1);
    expect(screen.getByRole('button').getAttribute('aria-label')).toBe('Character 2: 8 50 %; or B 40 %');
  });
  it('tells a zero from the letter O', () => {
    const { container } = render(<PlateChip text="O0" />);
    expect([...container.querySelectorAll('.plate-zero')].map((el) => el.textContent)).toEqual(['0']);
  });
  it('marks what differs', () => {
    const { container } = render(<PlateChip text="AB1" differs={[false, true, false]} />);
    expect(container.querySelector('.plate-differs')?.textContent).toBe('B');
  });
  it('ignores doubts that do not fit the text', () => {
    const { container } = render(<PlateChip text="ABC" characters={[weak]} />);
    expect(container.querySelectorAll('.plate-weak')).toHaveLength(0);
  });
});

describe('doubt', () => {
  it('has three steps', () => {
    expect([0.95, 0.7, 0.3].map(doubt_of)).toEqual(['sure', 'fair', 'weak']);
  });
  it('names no alternative where there is none', () => {
    expect(describe_character(sure('A'))).toBe('A 99 %');
  });
});
