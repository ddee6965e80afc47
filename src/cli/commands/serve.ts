/**
 * `findling serve`: the page in a browser. The engine serves it; this command asks for it, says where it is and stays.
 * With `--openai`, the model for other programs instead: that endpoint lives in this process and ends with it.
 */

import { EngineError } from '../../contract/errors.ts';
import { addFolders } from '../add-folder.ts';
import { UsageError, wholeNumber, type Command, type CommandContext, type EngineConnection } from '../command.ts';
import { EXIT_ERROR, EXIT_FOUND } from '../exit-codes.ts';
import { startOpenAiServer } from '../../server/openai-server.ts';
import { openBrowser } from '../open-browser.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serve the page on this machine and open it in a browser',
  usage: ['serve [folder…]', 'serve --openai'],
  details: [
    'Folders that are named are added first.',
    'Listens on 127.0.0.1 only. The printed address holds a secret token: who has it can search your files.',
    'Stays until Ctrl-C. An engine that this command started ends with it.',
    'With --openai, other programs on this machine can use the model: POST /v1/embeddings, /v1/rerank, GET /v1/models. Set FINDLING_OPENAI_KEY',
    'to ask them for a key. They get vectors of the texts they send, and nothing of your files.',
  ].join('\n'),
  options: {
    'port': { type: 'string', short: 'p', value: 'n', help: 'Port to listen on (default: any free one)' },
    'openai': { type: 'boolean', help: 'Serve the model to other programs in the form of the OpenAI API, not the page' },
    'no-open': { type: 'boolean', help: 'Print the address, open no browser' },
  },
  async run(context) {
    const port = wholeNumber(context.values, 'port', 0, 65_535) ?? 0;
    if (context.values['openai'] === true) {
      if (context.positionals.length > 0) throw new UsageError('--openai takes no folders. Add them first: findling index <folder>');
      return serveOpenAi(await context.connect(), port, context);
    }
    const engine = await context.connect();
    await addFolders(context.positionals, { client: engine.client, terminal: context.terminal, rescanKnown: false });
    const { address } = await engine.client.call('engine.servePage', { port }, context.signal);
    return stayWithPage(engine, address, context);
  },
};

/** The endpoint for other programs, until Ctrl-C. */
async function serveOpenAi(engine: EngineConnection, port: number, context: CommandContext): Promise<number> {
  const { client } = engine;
  const key = process.env['FINDLING_OPENAI_KEY'] ?? '';
  const server = await startOpenAiServer({
    port, key: key === '' ? null : key,
    engine: {
      modelId: async () => (await client.call('index.status', undefined)).model.id,
      embed: (request, signal) => client.call('models.embed', request, signal),
      rerank: (request, signal) => client.call('models.rerank', request, signal),
    },
  });
  try {
    context.terminal.print(server.baseUrl);
    context.terminal.note(`Programs may use it as the base URL of the OpenAI API${key === '' ? '; any key will do' : ', with the key of FINDLING_OPENAI_KEY'}. Ctrl-C ends it.`);
    return await stay(engine, context);
  } finally {
    await server.close();
  }
}

/** Prints the address, opens it, and stays. */
async function stayWithPage(engine: EngineConnection, address: string, context: CommandContext): Promise<number> {
  const { terminal, values } = context;
  terminal.print(address);
  const opened = values['no-open'] !== true && await openBrowser(address);
  terminal.note(opened ? 'Opened in your browser. Ctrl-C ends it.' : 'Open this address in a browser. Ctrl-C ends it.');
  return stay(engine, context);
}

/** Waits for Ctrl-C or the engine's end; an engine that this command started ends with it. */
async function stay({ client, started }: EngineConnection, { terminal, signal }: CommandContext): Promise<number> {
  const ended = await new Promise<'interrupted' | 'engine-ended'>((resolve) => {
    if (signal.aborted) resolve('interrupted');
    signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
    client.onClose(() => resolve('engine-ended'));
  });
  if (ended === 'engine-ended') {
    terminal.note('The engine ended.');
    return EXIT_ERROR;
  }
  if (started) await client.call('engine.stop', undefined).catch((error: unknown) => {
    // Ctrl-C in a terminal may have reached it first.
    if (!(error instanceof EngineError) || error.code !== 'connection-closed') throw error;
  });
  return EXIT_FOUND;
}
