/** Dark or light: as the reader's system is set, unless the reader chooses. */

import { element } from './elements.ts';

const THEMES = ['system', 'light', 'dark'] as const;

export function addThemeSwitch(): void {
  const choice = element('select', { id: 'theme' }, ...THEMES.map((theme) => element('option', {}, theme)));
  choice.addEventListener('change', () => {
    document.documentElement.dataset.theme = choice.value;
  });
  const label = element('label', { class: 'theme', for: 'theme' }, 'Colours ', choice);
  document.querySelector('header')?.prepend(label);
}
