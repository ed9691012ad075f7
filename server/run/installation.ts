import { type OpenDatabase, openDatabase } from './database';
import { DEMO_FOLDER } from './demo-folder';
import { livePlan } from './live-plan';
import { localSecrets, openDataFolder } from './secrets';
import { type Settings, settingsFrom } from './settings';

export type Installation = { settings: Settings; database: OpenDatabase; dataFolder: string; isDemo: boolean };

/**
 * Opens the installation of this machine for a command and lets go of it afterwards: the database of DATABASE_URL or the
 * embedded one, of the demo with `--demo`. The environment is set as web and worker have it, so modules that read it are
 * imported inside `work`.
 */
export async function withInstallation<T>(
  commandArguments: string[],
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const isDemo = commandArguments.includes('--demo');
  const dataFolder = isDemo ? DEMO_FOLDER : livePlan().dataFolder;
  openDataFolder(dataFolder);
  const secrets = localSecrets(dataFolder);
  const settings = settingsFrom(isDemo ? {} : process.env, secrets);
  const database = await openDatabase(settings, secrets, dataFolder);
  Object.assign(process.env, {
    DATABASE_URL: database.appUrl,
    AUTH_SECRET: settings.authSecret,
    SECRETS_KEYS: settings.secretsKeys,
    GOING_LIVE_DATA: dataFolder,
  });
  try {
    return await work({ settings, database, dataFolder, isDemo });
  } finally {
    await database.close();
  }
}
