import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The Java client on a server: what it sends comes as arguments, what it hears goes to standard output.
 *
 *   Client produce BOOTSTRAP TOPIC=CODEC... -- VALUE...   each value to each topic
 *   Client consume BOOTSTRAP COUNT TOPIC...               lines of topic, tab, value: that many of each, from the start
 *   Client copy BOOTSTRAP FROM TO GROUP                   exactly once: commits, aborts, commits a transaction for each record
 *   Client cooperate BOOTSTRAP TOPIC GROUP COUNT          one member owns all, another comes and goes: lines of name, what
 *                                                         happens (assigned, revoked, lost), partitions
 */
public class Client {
    private static final Duration POLL = Duration.ofMillis(100);

    private static Properties config(String bootstrap) {
        Properties config = new Properties();
        config.put("bootstrap.servers", bootstrap);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        config.put("isolation.level", "read_committed");
        return config;
    }

    private static KafkaProducer<String, String> producer(Properties config) {
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(Properties config) {
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    private static void produce(String bootstrap, List<String> words) throws Exception {
        int end = words.indexOf("--");
        for (String word : words.subList(0, end)) {
            String[] topicAndCodec = word.split("=");
            Properties config = config(bootstrap);
            config.put("compression.type", topicAndCodec[1]);
            config.put("acks", "all");
            config.put("linger.ms", "50");
            try (KafkaProducer<String, String> producer = producer(config)) {
                for (String value : words.subList(end + 1, words.size())) {
                    ProducerRecord<String, String> record = new ProducerRecord<>(topicAndCodec[0], "k", value);
                    record.headers().add("h", "1".getBytes(StandardCharsets.UTF_8));
                    producer.send(record);
                }
                producer.flush();
            }
        }
    }

    private static void consume(String bootstrap, int count, List<String> topics) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        topics.forEach(topic -> found.put(topic, new ArrayList<>()));
        Properties config = config(bootstrap);
        config.put("group.id", "java-" + ProcessHandle.current().pid());
        try (KafkaConsumer<String, String> consumer = consumer(config)) {
            consumer.subscribe(topics);
            while (found.values().stream().anyMatch(values -> values.size() < count)) {
                for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                    found.get(record.topic()).add(record.value());
                }
            }
        }
        found.forEach((topic, values) -> values.forEach(value -> System.out.println(topic + "\t" + value)));
    }

    private static void copy(String bootstrap, String source, String target, String group) throws Exception {
        Properties config = config(bootstrap);
        config.put("group.id", group);
        config.put("max.poll.records", "1");
        Properties sending = config(bootstrap);
        sending.put("transactional.id", target);
        try (KafkaConsumer<String, String> consumer = consumer(config);
             KafkaProducer<String, String> producer = producer(sending)) {
            producer.initTransactions();
            consumer.subscribe(Collections.singletonList(source));
            for (int turn = 0; turn < 3;) {
                for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                    producer.beginTransaction();
                    producer.send(new ProducerRecord<>(target, record.value()));
                    producer.sendOffsetsToTransaction(
                        Collections.singletonMap(
                            new TopicPartition(source, record.partition()), new OffsetAndMetadata(record.offset() + 1)),
                        consumer.groupMetadata());
                    if (turn == 1) {
                        producer.flush();
                        producer.abortTransaction();
                    } else {
                        producer.commitTransaction();
                    }
                    turn++;
                }
            }
        }
    }

    /** A member that gives up only what others shall have. */
    private static class Member implements ConsumerRebalanceListener {
        private final String name;
        private final KafkaConsumer<String, String> consumer;

        Member(String name, String bootstrap, String topic, String group) {
            this.name = name;
            Properties config = config(bootstrap);
            config.put("group.id", group);
            config.put("heartbeat.interval.ms", "100");
            config.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
            consumer = consumer(config);
            consumer.subscribe(Collections.singletonList(topic), this);
        }

        private void say(String what, Collection<TopicPartition> partitions) {
            String shown = partitions.stream().map(each -> "" + each.partition()).sorted().collect(Collectors.joining(","));
            System.out.println(name + " " + what + " " + shown);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            say("assigned", partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            say("revoked", partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            say("lost", partitions);
        }

        int owned() {
            consumer.poll(POLL);
            return consumer.assignment().size();
        }
    }

    private static void cooperate(String bootstrap, String topic, String group, int count) {
        Member first = new Member("first", bootstrap, topic, group);
        while (first.owned() < count) { }
        Member second = new Member("second", bootstrap, topic, group);
        while (first.owned() + second.owned() != count || second.consumer.assignment().isEmpty()) { }
        second.consumer.close();
        while (first.owned() < count) { }
        first.consumer.close();
    }

    public static void main(String[] args) throws Exception {
        List<String> words = Arrays.asList(args).subList(2, args.length);
        switch (args[0]) {
            case "produce" -> produce(args[1], words);
            case "consume" -> consume(args[1], Integer.parseInt(words.get(0)), words.subList(1, words.size()));
            case "copy" -> copy(args[1], words.get(0), words.get(1), words.get(2));
            case "cooperate" -> cooperate(args[1], words.get(0), words.get(1), Integer.parseInt(words.get(2)));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }
}
