import { accessSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { createDatabaseNode, type DatabaseNode } from './database-node.ts';
import { freePort } from './mariadb.ts';

const PROVIDERS = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so'];

/** Where Galera's library is; throws when there is none. */
function findProvider(): string {
  const found = PROVIDERS.find((file) => {
    try {
      accessSync(file);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`no Galera library at ${PROVIDERS.join(' or ')}: install galera-4 and rsync`);
  return found;
}

/**
 * A Galera cluster on loopback, every node with addresses of its own; a node that was killed and is started again
 * rejoins. `start` of a node resolves when it is synced.
 */
export async function startGalera(count: number): Promise<DatabaseNode[]> {
  const provider = findProvider();
  const ports: number[] = [];
  for (let n = 0; n < count; n++) ports.push(await freePort());
  const addressOf = (port: number) => `127.0.0.1:${port}`;
  const nodes: DatabaseNode[] = [];
  for (const port of ports) {
    const node = await createDatabaseNode({
      // The rsync of a state transfer that root starts may read nothing.
      user: 'mysql',
      options: await nodeOptions(provider, port, ports.map(addressOf)),
      isReady: async (ask) => {
        const [state] = await ask("SHOW STATUS LIKE 'wsrep_local_state_comment'");
        return state?.Value === 'Synced';
      },
    });
    nodes.push(node);
    await node.start(nodes.length === 1 ? ['--wsrep-new-cluster'] : []);
  }
  return nodes;
}

async function nodeOptions(provider: string, port: number, members: string[]): Promise<string[]> {
  const [istPort, sstPort] = [await freePort(), await freePort()];
  const providerOptions = [
    `gmcast.listen_addr=tcp://127.0.0.1:${port}`,
    `ist.recv_addr=127.0.0.1:${istPort}`,
    'gcache.size=16M',
  ];
  return [
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
    '--wsrep-on=ON',
    `--wsrep-provider=${provider}`,
    '--wsrep-cluster-name=bots',
    `--wsrep-cluster-address=gcomm://${members.join(',')}`,
    `--wsrep-node-address=127.0.0.1:${port}`,
    `--wsrep-node-name=node-${port}`,
    `--wsrep-sst-receive-address=127.0.0.1:${sstPort}`,
    '--wsrep-sst-method=rsync',
    `--wsrep-provider-options=${providerOptions.join(';')}`,
  ];
}

/** Sums a counter of the cluster's own over all nodes that answer. */
export async function readCounter(nodes: DatabaseNode[], name: string): Promise<number> {
  let sum = 0;
  for (const { url } of nodes) {
    const connection = await createConnection(url);
    const [rows] = await connection.query('SHOW GLOBAL STATUS LIKE ?', [name]);
    await connection.end();
    sum += Number((rows as { Value: string }[])[0]?.Value ?? 0);
  }
  return sum;
}
