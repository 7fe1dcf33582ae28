// Writes which brokers Kafka gives the replicas of new partitions.
// A line each: brokers (id or id:rack, comma separated), partitions, replication factor, start index, first partition,
// replicas by partition ("1,2 2,3"). Run by `python -m tests.data.make_assignments`.
import java.util.ArrayList;
import java.util.List;
import kafka.admin.BrokerMetadata;
import scala.Option;
import scala.collection.JavaConverters;

public class Assignments {
    public static void main(String[] arguments) {
        String[] clusters = {
            "1", "0,1", "1,2,5", "0,1,2,3,4", "0:a,1:b,2:a", "0:rack1,1:rack3,2:rack3,3:rack2,4:rack2,5:rack1",
            "0:a,1:a,2:a,3:b,4:b,5:c",
        };
        for (String cluster : clusters) {
            int size = cluster.split(",").length;
            for (int factor = 1; factor <= size; factor++) {
                for (int start = 0; start < size; start++) {
                    for (int first : new int[] {0, 3}) {
                        write(cluster, 13, factor, start, first);
                    }
                }
            }
        }
    }

    static void write(String cluster, int partitions, int factor, int start, int first) {
        List<BrokerMetadata> brokers = new ArrayList<>();
        for (String broker : cluster.split(",")) {
            String[] parts = broker.split(":");
            brokers.add(new BrokerMetadata(Integer.parseInt(parts[0]), Option.apply(parts.length > 1 ? parts[1] : null)));
        }
        scala.collection.Map<Object, scala.collection.Seq<Object>> assigned =
            kafka.admin.AdminUtils$.MODULE$.assignReplicasToBrokers(
                JavaConverters.asScalaBuffer(brokers), partitions, factor, start, first);
        StringBuilder line = new StringBuilder(
            cluster + "\t" + partitions + "\t" + factor + "\t" + start + "\t" + first + "\t");
        for (int partition = first; partition < first + partitions; partition++) {
            line.append(partition == first ? "" : " ").append(assigned.apply(partition).mkString(","));
        }
        System.out.println(line);
    }
}
