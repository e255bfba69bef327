import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { chooseLanguage, currentLanguage, languages } from './language.ts';
import { currentTheme, setTheme, type Theme, themes } from './theme.ts';

/** Language and theme. */
export function Preferences() {
  const { t } = useTranslation();
  const [theme, setShown] = useState<Theme>(currentTheme);
  return (
    <div className="preferences">
      <select
        aria-label={t('preferences.language')}
        value={currentLanguage()}
        onChange={({ target }) => {
          const chosen = languages.find((language) => language === target.value);
          if (chosen !== undefined) void chooseLanguage(chosen);
        }}
      >
        <option value="en" lang="en">
          English
        </option>
        <option value="de" lang="de">
          Deutsch
        </option>
      </select>
      <select
        aria-label={t('preferences.theme')}
        value={theme}
        onChange={({ target }) => {
          const chosen = themes.find((one) => one === target.value) ?? 'system';
          setTheme(chosen);
          setShown(chosen);
        }}
      >
        {themes.map((one) => (
          <option key={one} value={one}>
            {t(`preferences.${one}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
