import './ui/styles.css';

import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { startLanguage } from './app/language.ts';
import { LiveBoardProvider } from './app/live-board.tsx';
import { router } from './app/router.tsx';
import { SignInGate } from './app/sign-in-gate.tsx';
import { applyTheme, currentTheme } from './app/theme.ts';

applyTheme(currentTheme());
await startLanguage();
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <SignInGate>
      <LiveBoardProvider>
        <RouterProvider router={router} />
      </LiveBoardProvider>
    </SignInGate>
  </StrictMode>,
);
