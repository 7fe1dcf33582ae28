// franz-go on a server, for the tests: what it sends comes as arguments, what it hears goes to stdout as one JSON document.
//
//	client produce BOOTSTRAP TOPIC=CODEC... -- VALUE...    each value to each topic
//	client consume BOOTSTRAP COUNT TOPIC...                {topic: [value, ...]}, that many of each, from the start
//	client group BOOTSTRAP TOPIC GROUP COUNT               [[partition, offset, key, value], ...]; commits and leaves
//	client transactions BOOTSTRAP TOPIC GROUP              copies TOPIC-in exactly once: commits one, aborts, commits the rest
//	client admin BOOTSTRAP TOPIC                           creates it with 3 partitions, alters, describes, deletes it
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const timeout = 60 * time.Second

var codecs = map[string]kgo.CompressionCodec{
	"none":   kgo.NoCompression(),
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func client(bootstrap string, options ...kgo.Opt) *kgo.Client {
	options = append(options, kgo.SeedBrokers(bootstrap), kgo.FetchMaxWait(100*time.Millisecond))
	made, err := kgo.NewClient(options...)
	check(err)
	return made
}

func produce(ctx context.Context, bootstrap string, words []string) any {
	end := slices.Index(words, "--")
	for _, word := range words[:end] {
		topic, codec, _ := strings.Cut(word, "=")
		producer := client(
			bootstrap, kgo.DefaultProduceTopic(topic), kgo.ProducerBatchCompression(codecs[codec]), kgo.AllowAutoTopicCreation(),
		)
		for _, value := range words[end+1:] {
			headers := []kgo.RecordHeader{{Key: "h", Value: []byte("1")}}
			record := &kgo.Record{Key: []byte("k"), Value: []byte(value), Headers: headers}
			producer.Produce(ctx, record, func(_ *kgo.Record, err error) { check(err) })
		}
		check(producer.Flush(ctx))
		producer.Close()
	}
	return nil
}

// read polls until every topic has brought so many records, and returns them by topic.
func read(ctx context.Context, consumer *kgo.Client, count int, topics ...string) map[string][]*kgo.Record {
	found := map[string][]*kgo.Record{}
	for slices.ContainsFunc(topics, func(topic string) bool { return len(found[topic]) < count }) {
		fetches := consumer.PollRecords(ctx, count)
		check(fetches.Err0())
		fetches.EachError(func(_ string, _ int32, err error) { check(err) })
		fetches.EachRecord(func(record *kgo.Record) {
			found[record.Topic] = append(found[record.Topic], record)
		})
	}
	return found
}

func consume(ctx context.Context, bootstrap string, words []string) any {
	count, err := strconv.Atoi(words[0])
	check(err)
	consumer := client(bootstrap, kgo.ConsumeTopics(words[1:]...), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer consumer.Close()
	values := map[string][]string{}
	for topic, records := range read(ctx, consumer, count, words[1:]...) {
		for _, record := range records {
			values[topic] = append(values[topic], string(record.Value))
		}
	}
	return values
}

func group(ctx context.Context, bootstrap string, words []string) any {
	count, err := strconv.Atoi(words[2])
	check(err)
	consumer := client(
		bootstrap, kgo.ConsumeTopics(words[0]), kgo.ConsumerGroup(words[1]), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
	)
	var rows [][]any
	records := read(ctx, consumer, count, words[0])[words[0]][:count]
	for _, record := range records {
		rows = append(rows, []any{record.Partition, record.Offset, string(record.Key), string(record.Value)})
	}
	check(consumer.CommitRecords(ctx, records...))
	check(consumer.LeaveGroupContext(ctx))
	consumer.Close()
	return rows
}

func transactions(ctx context.Context, bootstrap string, words []string) any {
	topic, source := words[0], words[0]+"-in"
	session, err := kgo.NewGroupTransactSession(
		kgo.SeedBrokers(bootstrap), kgo.AllowAutoTopicCreation(), kgo.TransactionalID(topic), kgo.DefaultProduceTopic(topic),
		kgo.ConsumerGroup(words[1]), kgo.ConsumeTopics(source), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.RequireStableFetchOffsets(), kgo.FetchMaxWait(100*time.Millisecond),
	)
	check(err)
	defer session.Close()
	for turn := 0; turn < 3; {
		fetches := session.PollRecords(ctx, 1)
		check(fetches.Err0())
		if fetches.NumRecords() == 0 {
			continue
		}
		check(session.Begin())
		fetches.EachRecord(func(record *kgo.Record) {
			session.Produce(ctx, &kgo.Record{Value: record.Value}, func(_ *kgo.Record, err error) {
				if turn != 1 {
					check(err)
				}
			})
		})
		check(session.Client().Flush(ctx))
		commit := kgo.TransactionEndTry(turn != 1)
		committed, err := session.End(ctx, commit)
		check(err)
		if committed != bool(commit) {
			check(fmt.Errorf("turn %d ended with committed=%v", turn, committed))
		}
		turn++
	}
	return nil
}

func admin(ctx context.Context, bootstrap string, words []string) any {
	topic := words[0]
	inner := client(bootstrap)
	defer inner.Close()
	asked := kadm.NewClient(inner)
	_, err := asked.CreateTopic(ctx, 3, 1, nil, topic)
	check(err)
	_, again := asked.CreateTopic(ctx, 3, 1, nil, topic)
	_, err = asked.CreatePartitions(ctx, 1, topic)
	check(err)
	short := "1000"
	_, err = asked.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "retention.ms", Value: &short}}, topic)
	check(err)
	described, err := asked.DescribeTopicConfigs(ctx, topic)
	check(err)
	value := ""
	for _, config := range described[0].Configs {
		if config.Key == "retention.ms" {
			value = config.MaybeValue()
		}
	}
	ends, err := asked.ListEndOffsets(ctx, topic)
	check(err)
	_, err = asked.DeleteTopics(ctx, topic)
	check(err)
	other := client(bootstrap) // the first one remembers what it was told of topics
	defer other.Close()
	left, err := kadm.NewClient(other).ListTopics(ctx, topic)
	check(err)
	return map[string]any{
		"made": true, "again": again == nil, "value": value, "partitions": len(ends[topic]), "left": left.Has(topic),
	}
}

func main() {
	verbs := map[string]func(context.Context, string, []string) any{
		"produce": produce, "consume": consume, "group": group, "transactions": transactions, "admin": admin,
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	check(json.NewEncoder(os.Stdout).Encode(verbs[os.Args[1]](ctx, os.Args[2], os.Args[3:])))
}
