// A tiny contract to test the network with: write-once keys, a read, a hot counter, and who is asking.
'use strict';
const { Contract } = require('fabric-contract-api');

class TestContract extends Contract {
  constructor() {
    super('test');
  }

  async Put(ctx, key, value) {
    if ((await ctx.stub.getState(key)).length > 0) throw new Error(`EXISTS ${key}`);
    await ctx.stub.putState(key, Buffer.from(value));
    ctx.stub.setEvent('put', Buffer.from(key));
  }

  async Get(ctx, key) {
    return Buffer.from(await ctx.stub.getState(key)).toString();
  }

  // Reads and writes one key: two at once cannot both be valid.
  async Count(ctx, key) {
    const next = Number(Buffer.from(await ctx.stub.getState(key)).toString()) + 1;
    await ctx.stub.putState(key, Buffer.from(String(next)));
    return String(next);
  }

  async WhoAmI(ctx) {
    const id = ctx.clientIdentity;
    return JSON.stringify({
      mspId: id.getMSPID(),
      role: id.getAttributeValue('role'),
      use: id.getAttributeValue('use'),
    });
  }
}

module.exports.contracts = [TestContract];
