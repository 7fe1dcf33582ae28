// kafkajs on a server, for the tests: what it sends comes as arguments, what it hears goes to stdout as one JSON document.
//
//   node client.js produce BOOTSTRAP TOPIC=CODEC... -- VALUE...    each value to each topic
//   node client.js consume BOOTSTRAP COUNT TOPIC...                { topic: [value, ...] }, that many of each, from the start
//   node client.js group BOOTSTRAP TOPIC GROUP COUNT               [[partition, offset, key, value], ...]; commits and leaves
//   node client.js transactions BOOTSTRAP TOPIC GROUP              commits "a", aborts "b", commits "c", with offsets 1, 2, 3
//   node client.js admin BOOTSTRAP TOPIC                           creates it with 3 partitions, alters, describes, deletes it
"use strict";

const path = require("node:path");
const { createRequire } = require("node:module");

// The libraries lie in the folder they were installed into, which is not this one.
const installed = createRequire(path.join(process.cwd(), "package.json"));
const { Kafka, CompressionTypes, CompressionCodecs, ConfigResourceTypes, logLevel } = installed("kafkajs");

async function codecs() {
  const lz4 = installed("lz4-napi");
  const { Zstd } = await import(installed.resolve("@hpcc-js/wasm-zstd"));
  const zstd = await Zstd.load();
  CompressionCodecs[CompressionTypes.Snappy] = installed("kafkajs-snappy");
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: (encoder) => lz4.compressFrame(encoder.buffer),
    decompress: (buffer) => lz4.decompressFrame(buffer),
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async (encoder) => Buffer.from(zstd.compress(encoder.buffer)),
    decompress: async (buffer) => Buffer.from(zstd.decompress(buffer)),
  });
  return {
    none: CompressionTypes.None,
    gzip: CompressionTypes.GZIP,
    snappy: CompressionTypes.Snappy,
    lz4: CompressionTypes.LZ4,
    zstd: CompressionTypes.ZSTD,
  };
}

async function produce(kafka, ...words) {
  const types = await codecs();
  const values = words.splice(words.indexOf("--")).slice(1);
  const producer = kafka.producer();
  await producer.connect();
  for (const [topic, codec] of words.map((word) => word.split("="))) {
    const messages = values.map((value) => ({ key: "k", value, headers: { h: "1" } }));
    await producer.send({ topic, messages, compression: types[codec], acks: -1 });
  }
  await producer.disconnect();
}

// Reads until `enough(topic, partition, message)` says so.
async function read(consumer, topics, enough, commit) {
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, (event) => reject(event.payload.error));
    consumer
      .run({
        autoCommit: false,
        eachMessage: async ({ topic, partition, message }) => {
          if (enough(topic, partition, message)) resolve();
        },
      })
      .catch(reject);
  });
  if (commit) await consumer.commitOffsets(commit());
  await consumer.disconnect();
}

async function consume(kafka, count, ...topics) {
  await codecs();
  const found = Object.fromEntries(topics.map((topic) => [topic, []]));
  const consumer = kafka.consumer({ groupId: `kafkajs-${process.pid}`, maxWaitTimeInMs: 100 });
  await read(consumer, topics, (topic, partition, message) => {
    if (found[topic].length < count) found[topic].push(message.value.toString());
    return topics.every((each) => found[each].length >= count);
  });
  return found;
}

async function group(kafka, topic, groupId, count) {
  const found = [];
  const next = {};
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, readUncommitted: false });
  await read(
    consumer,
    [topic],
    (_topic, partition, message) => {
      if (found.length < count) {
        found.push([partition, Number(message.offset), message.key && message.key.toString(), message.value.toString()]);
        next[partition] = Number(message.offset) + 1;
      }
      return found.length >= count;
    },
    () => Object.entries(next).map(([partition, offset]) => ({ topic, partition: Number(partition), offset: `${offset}` })),
  );
  return found;
}

async function transactions(kafka, topic, consumerGroupId) {
  const producer = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  for (const [index, value] of ["a", "b", "c"].entries()) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value, partition: 0 }] });
    const partitions = [{ partition: 0, offset: `${index + 1}` }];
    await transaction.sendOffsets({ consumerGroupId, topics: [{ topic, partitions }] });
    await (value === "b" ? transaction.abort() : transaction.commit());
  }
  await producer.disconnect();
}

async function admin(kafka, topic) {
  const client = kafka.admin();
  await client.connect();
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
  const made = await client.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true });
  const again = await client.createTopics({ topics: [{ topic, numPartitions: 3 }] });
  await client.createPartitions({ topicPartitions: [{ topic, count: 4 }] });
  await client.alterConfigs({ resources: [{ ...resource, configEntries: [{ name: "retention.ms", value: "1000" }] }] });
  const described = await client.describeConfigs({ resources: [{ ...resource, configNames: ["retention.ms"] }] });
  const offsets = await client.fetchTopicOffsets(topic);
  await client.deleteTopics({ topics: [topic] });
  const left = (await client.listTopics()).includes(topic);
  await client.disconnect();
  const value = described.resources[0].configEntries[0].configValue;
  return { made, again, value, partitions: offsets.length, left };
}

async function main() {
  const [verb, bootstrap, ...words] = process.argv.slice(2);
  const kafka = new Kafka({ clientId: "kafkajs", brokers: [bootstrap], logLevel: logLevel.ERROR });
  const result = await { produce, consume, group, transactions, admin }[verb](kafka, ...words);
  await new Promise((written) => process.stdout.write(`${JSON.stringify(result ?? null)}\n`, written));
}

process.env.KAFKAJS_NO_PARTITIONER_WARNING = "1";
main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
