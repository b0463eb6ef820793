// A source on faros-airbyte-cdk over the same account: users, licenses, and the meetings of the same history requests,
// printed as records. It stores nothing and reckons nothing. config.json: url, ca, token, account, plan (a file of
// history requests; given, so that planning costs it nothing).
'use strict';
const fs = require('fs');
const https = require('https');
const axios = require('axios');
const {AirbyteSourceBase, AirbyteSourceLogger, AirbyteSourceRunner, AirbyteSpec, AirbyteStreamBase} =
  require('faros-airbyte-cdk');

const PAGE = 1000;

class Api {
  constructor(config) {
    const agent = new https.Agent({keepAlive: true, maxSockets: 1, ca: config.ca ? fs.readFileSync(config.ca) : undefined});
    this.web = axios.create({
      baseURL: config.url, httpsAgent: agent, proxy: false,
      headers: {Authorization: `Bearer ${config.token}`, Accept: 'application/json'},
      validateStatus: (status) => status === 200 || status === 404,
    });
  }
  async get(path) {
    const answer = await this.web.get(path);
    return answer.status === 404 || answer.data === '' ? undefined : answer.data;
  }
}

class Stream extends AirbyteStreamBase {
  constructor(logger, api, config) {
    super(logger);
    this.api = api;
    this.config = config;
  }
  getJsonSchema() {
    return {type: 'object', properties: {}};
  }
  get primaryKey() {
    return undefined;
  }
}

class Listing extends Stream {
  async *readRecords() {
    for (let offset = 0, total = 1; offset < total;) {
      const page = await this.api.get(
        `/admin/rest/v1/accounts/${this.config.account}/${this.name}?pageSize=${PAGE}&offset=${offset}`);
      yield* page.results;
      total = page.total;
      offset = page.toIndex + 1;
    }
  }
}

class Users extends Listing {
  get name() {
    return 'users';
  }
}

class Licenses extends Listing {
  get name() {
    return 'licenses';
  }
}

class Meetings extends Stream {
  get name() {
    return 'meetings';
  }
  get dependencies() {
    return ['users', 'licenses'];
  }
  async *streamSlices() {
    for (const line of fs.readFileSync(this.config.plan, 'utf8').split('\n').filter(Boolean)) {
      const [kind, key, path] = line.split('\t');
      yield {kind, key, path};
    }
  }
  async *readRecords(mode, cursor, slice) {
    yield* (await this.api.get(slice.path)) ?? [];
  }
}

class Source extends AirbyteSourceBase {
  get type() {
    return 'gotomeeting';
  }
  async spec() {
    const properties = Object.fromEntries(
      ['url', 'ca', 'token', 'account', 'plan'].map((name) => [name, {type: 'string', airbyte_secret: name === 'token'}]));
    return new AirbyteSpec({documentationUrl: '', connectionSpecification: {type: 'object', properties}});
  }
  async checkConnection(config) {
    await new Api(config).get('/admin/rest/v1/me');
    return [true, undefined];
  }
  streams(config) {
    const api = new Api(config);
    return [Users, Licenses, Meetings].map((Kind) => new Kind(this.logger, api, config));
  }
}

const logger = new AirbyteSourceLogger();
new AirbyteSourceRunner(logger, new Source(logger)).mainCommand().parseAsync(process.argv).catch((fault) => {
  process.stderr.write(`${fault.stack}\n`);
  process.exitCode = 1;
});
