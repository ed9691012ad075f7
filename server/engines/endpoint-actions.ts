import 'server-only';
import { open } from '../identity/secret-box';
import { standardWebhook } from './adapters/standard-webhook';
import { boxesInForce, secretPlace } from './endpoint';
import type { EngineEndpoint, EnginePort } from './port';

type Sealed = {
  id: string;
  url: string;
  secretBox: string;
  previousSecretBox: string | null;
  previousSecretUntil: Date | null;
};

/** The endpoint of an engine with its secrets opened, for one exchange; never stored or logged. */
export function endpointOf(engine: Sealed): EngineEndpoint {
  const secrets = boxesInForce(engine, new Date()).map((box) => open(box, secretPlace(engine.id)));
  return { engineId: engine.id, url: engine.url, secrets };
}

/** The way an engine is spoken to, by the adapter it was registered with. */
export function portOf(engine: { adapter: 'standard-webhook' }): EnginePort {
  switch (engine.adapter) {
    case 'standard-webhook':
      return standardWebhook;
  }
}
