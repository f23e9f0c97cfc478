// Starts the console: the desk's code leaves the address bar before anything is drawn, then words, then pages.
import '@mantine/core/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { arrive } from './state/desk-address';
import { startWords } from './words';

const arrival = arrive();
// A desk's link opened in this very tab only changes the fragment: start anew, so that it is read and removed.
window.addEventListener('hashchange', () => {
  if (/^#(?:desk|code)=/.test(window.location.hash)) window.location.reload();
});
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root.');
await startWords();
createRoot(root).render(
  <StrictMode>
    <App arrival={arrival} />
  </StrictMode>,
);
