import type { PhaseNumber } from './phases';
import type { Tranche } from './policy';

export type RunbookStep = {
  phase: PhaseNumber;
  /** Phase 4 only: the tranche that this step prepares. */
  tranche: Tranche | null;
  title: string;
  command: string;
  rollbackCommand: string;
};

type Row = [phase: PhaseNumber, title: string, command: string, rollback: string, tranche?: Tranche];

// biome-ignore format: a table is read in rows
const ROWS: readonly Row[] = [
  [1, 'Prepare Terraform', 'terraform init', ''],
  [1, 'Plan the production infrastructure', 'terraform plan -var-file=production.tfvars -out=production.tfplan', ''],
  [1, 'Apply the plan', 'terraform apply production.tfplan', 'terraform destroy -var-file=production.tfvars'],
  [1, 'Set up monitoring', 'kubectl apply -f monitoring/', 'kubectl delete -f monitoring/'],
  [1, 'Set up alerting', 'kubectl apply -f alerting/', 'kubectl delete -f alerting/'],
  [1, 'Set up CI/CD', 'kubectl apply -f cicd/', 'kubectl delete -f cicd/'],
  [2, 'Back up what stands before anything is changed', 'pg_dumpall --file=before_migration.sql', ''],
  [2, 'Create the production database', 'createdb tradingflow_prod', 'dropdb tradingflow_prod'],
  [2, 'Migrate the schema', 'alembic upgrade head', 'psql --file=before_migration.sql'],
  [2, 'Seed the initial data', 'python scripts/seed_production_data.py', 'psql --file=before_migration.sql'],
  [2, 'Keep a baseline', 'pg_dump --format=custom --file=baseline_backup.dump tradingflow_prod', ''],
  [3, 'Build the image of the release', 'docker build -f Dockerfile.prod --iidfile image.id . && test "$(cat image.id)" = "{artefactDigest}"', ''],
  [3, 'Deploy to staging', 'kubectl apply -f staging-deployment.yaml', 'kubectl rollout undo deployment/tradingflow -n staging'],
  [3, 'Run the integration tests of the application', 'npm run test:integration', ''],
  [3, 'Run the integration tests of the strategies', 'python -m pytest tests/integration/', ''],
  [3, 'Deploy to production', 'kubectl apply -f production-deployment.yaml', 'kubectl rollout undo deployment/tradingflow -n production'],
  [4, 'Deploy the strategy for 10 % of its capital', 'kubectl apply -f strategies/phase1.yaml', 'kubectl delete -f strategies/phase1.yaml', 10],
  [4, 'Deploy the strategy for 50 % of its capital', 'kubectl apply -f strategies/phase2.yaml', 'kubectl apply -f strategies/phase1.yaml', 50],
  [4, 'Deploy the strategy in full', 'kubectl apply -f strategies/full.yaml', 'kubectl apply -f strategies/phase2.yaml', 100],
];

/**
 * The runbook a launch begins with; commands are data and may be edited. The artefact is named by its digest, so that
 * what was tested is what is deployed.
 */
export function defaultRunbook(release: { artefactDigest: string }): RunbookStep[] {
  return ROWS.map(([phase, title, command, rollbackCommand, tranche]) => ({
    phase,
    tranche: tranche ?? null,
    title,
    command: command.replace('{artefactDigest}', release.artefactDigest),
    rollbackCommand,
  }));
}

/** What is wrong with a command before anybody runs it, in words; empty when nothing is. */
export function commandFaults(command: string): string[] {
  const faults: string[] = [];
  if (!command.trim()) faults.push('A step needs the command to run.');
  if (/:latest\b/.test(command)) {
    faults.push('An image is named by its digest: `latest` may be another image tomorrow than the one tested today.');
  }
  return faults;
}

/** What is wrong with the order of a phase's commands; empty when nothing is. A backup after the migration saves nothing. */
export function orderFaults(commands: readonly string[]): string[] {
  const migration = commands.findIndex((one) => /alembic upgrade|migrate/.test(one));
  if (migration < 0) return [];
  const backup = commands.findIndex((one) => /pg_dump|pg_basebackup|\bbackup\b/.test(one));
  if (backup >= 0 && backup < migration) return [];
  return ['Back up before migrating: a step that saves the database must stand before the one that changes it.'];
}
