const put = (id, text) => {
  document.getElementById(id).textContent = text;
};
const written = (date) => `${date.toLocaleString()} (${date.toISOString().slice(0, 19).replace('T', ' ')} UTC)`;
const ageOf = (date) => {
  const seconds = Math.max(0, Math.floor((Date.now() - date.getTime()) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3600)} h ago`;
};

let last = null;
function tick() {
  put('now', written(new Date()));
  put('network', navigator.onLine ? 'connected, but the server does not answer' : 'off');
  if (last) put('last', `${last.path}, ${ageOf(new Date(last.at))}, ${written(new Date(last.at))}`);
}

caches
  ?.match('/offline-last')
  .then((answer) => answer?.json())
  .then((said) => {
    last = said ?? null;
    tick();
  })
  .catch(() => {});
tick();
setInterval(tick, 1000);

// Comes back by itself when the server answers, to the page that was asked for.
async function tryAgain() {
  try {
    const answer = await fetch('/api/health/live', { cache: 'no-store' });
    if (answer.ok) location.reload();
    else put('word', `The server answers ${answer.status}.`);
  } catch {
    put('word', 'No answer yet.');
  }
}
setInterval(tryAgain, 5000);
addEventListener('online', tryAgain);
document.getElementById('again').href = location.pathname === '/offline.html' ? '/' : location.href;
