/*
 * The service worker: an offline page that says what is known, and notifications that open the alert they are about.
 * It keeps no answers of the server: what a page shows is either fresh or said to be not live.
 */
const CACHE = 'going-live-offline-1';
const KEPT = ['/offline.html', '/offline.js', '/offline.css', '/icons/icon.svg'];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  const others = caches
    .keys()
    .then((names) => names.filter((name) => name.startsWith('going-live-') && name !== CACHE));
  event.waitUntil(others.then((names) => Promise.all(names.map((name) => caches.delete(name)))));
  self.clients.claim();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (KEPT.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(url.pathname)));
    return;
  }
  if (request.mode !== 'navigate') return;
  event.respondWith(
    fetch(request)
      .then(async (answer) => {
        if (answer.ok) await remember(url.pathname);
        return answer;
      })
      .catch(() => caches.match('/offline.html')),
  );
});

/** When a page was last reached, for the offline page; nothing of what it said. */
async function remember(path) {
  const cache = await caches.open(CACHE);
  const said = new Response(JSON.stringify({ path, at: new Date().toISOString() }), {
    headers: { 'content-type': 'application/json' },
  });
  await cache.put('/offline-last', said);
}

self.addEventListener('push', (event) => {
  let notice = {};
  try {
    notice = event.data?.json() ?? {};
  } catch {
    notice = { title: 'Going Live', body: event.data?.text() };
  }
  event.waitUntil(
    self.registration.showNotification(notice.title ?? 'Going Live', {
      body: notice.body ?? 'Something needs a look.',
      // One notification per alert: a repeat replaces the former and sounds again.
      tag: notice.tag,
      renotify: Boolean(notice.tag),
      requireInteraction: notice.severity === 'critical' || notice.severity === 'emergency',
      icon: '/icons/icon-192.png',
      badge: '/icons/badge-96.png',
      data: { url: notice.url ?? notice.link ?? '/alerts' },
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const target = new URL(event.notification.data?.url ?? '/alerts', self.location.origin);
  const url = target.origin === self.location.origin ? target.href : `${self.location.origin}/alerts`;
  event.waitUntil(
    self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then(async (open) => {
      const page = open.find((client) => 'focus' in client);
      if (!page) return self.clients.openWindow(url);
      await page.focus();
      return page.navigate(url);
    }),
  );
});
