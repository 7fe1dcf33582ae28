// Writes every property of the Java producer and consumer: SIDE NAME TYPE DEFAULT CHECK, (null) and (required) where there is
// no default. Run by `python -m tests.data.make_client_configs`.

import java.lang.reflect.Field;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;

public class ClientConfigs {
    public static void main(String[] arguments) throws Exception {
        dump("producer", "org.apache.kafka.clients.producer.ProducerConfig");
        dump("consumer", "org.apache.kafka.clients.consumer.ConsumerConfig");
    }

    private static void dump(String side, String className) throws Exception {
        Field field = Class.forName(className).getDeclaredField("CONFIG");
        field.setAccessible(true);
        ConfigDef definition = (ConfigDef) field.get(null);
        for (ConfigDef.ConfigKey key : new TreeMap<>(definition.configKeys()).values()) {
            String value = "(null)";
            if (!key.hasDefault()) {
                value = "(required)";
            } else if (key.defaultValue != null) {
                value = ConfigDef.convertToString(key.defaultValue, key.type);
            }
            String check = key.validator == null ? "" : key.validator.toString();
            System.out.println(String.join("\t", side, key.name, key.type.toString(), value, check));
        }
    }
}
