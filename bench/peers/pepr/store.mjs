// All that Pepr's admission controller asks of an API server: its own, empty store. Plain HTTP on loopback; prints its port.
import { createServer } from 'node:http';

const META = { name: 'pepr-bench-store', namespace: 'pepr-system', resourceVersion: '1', uid: 'bench', labels: {} };

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const name = /\/peprstores\/([\w-]+)$/.exec(pathname)?.[1] ?? META.name;
  const store = { apiVersion: 'pepr.dev/v1', kind: 'PeprStore', metadata: { ...META, name }, data: {} };
  response.setHeader('content-type', 'application/json');
  if (searchParams.has('watch')) return void response.write(`${JSON.stringify({ type: 'ADDED', object: store })}\n`);
  const list = { apiVersion: 'pepr.dev/v1', kind: 'PeprStoreList', metadata: { resourceVersion: '1' }, items: [store] };
  response.end(JSON.stringify(/\/peprstores$/.test(pathname) ? list : store));
}).listen(0, '127.0.0.1', function () {
  console.log(this.address().port);
});
