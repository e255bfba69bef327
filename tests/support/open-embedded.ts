import process from 'node:process';
import { openDatabase } from '../../kernel/database/database.ts';
import { silentLog } from './log.ts';

// Opens the embedded database of a folder, adds a tenant and stays: a process for tests to kill.
const [, , dataDir = ''] = process.argv;
const config = { databaseUrl: undefined, dataDir, databasePoolSize: 2 };
const database = await openDatabase(config, silentLog);
const id = '00000000-0000-7000-8000-00000000beef';
await database.withTenant(id, (tx) => tx.tenant.create({ data: { id, name: 'kept' } }));
process.stdout.write('committed\n');
