import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import joptsimple.OptionParser;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;

/**
 * What jopt-simple makes of command lines. Input: one a line, `variant TAB word TAB word...`; variant is a set of letters:
 * a = abbreviations, r = an option is required. Output: the same line, then ` => ` and what came of it.
 */
public class CommandLines {
    public static void main(String[] none) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<String> words = Arrays.asList(line.split("\t", -1));
            out.print(line + "\t=>\t" + outcome(words.get(0), words.subList(1, words.size())) + "\n");
        }
        out.flush();
    }

    private static String outcome(String variant, List<String> words) {
        OptionParser parser = new OptionParser(variant.contains("a"));
        List<OptionSpec<?>> specs = new ArrayList<>();
        specs.add(parser.accepts("help").forHelp());
        specs.add(parser.accepts("list"));
        specs.add(parser.accepts("topic").withRequiredArg().ofType(String.class));
        specs.add(parser.acceptsAll(Arrays.asList("p", "partition")).withRequiredArg().ofType(Integer.class));
        specs.add(parser.accepts("timeout").withRequiredArg().ofType(Long.class).defaultsTo(5000L));
        specs.add(parser.accepts("state").withOptionalArg().ofType(String.class));
        specs.add(parser.accepts("level").withOptionalArg().ofType(Integer.class));
        specs.add(parser.accepts("members").availableIf("list"));
        specs.add(parser.accepts("x"));
        specs.add(parser.accepts("y"));
        specs.add(parser.accepts("n").withRequiredArg().ofType(String.class));
        if (variant.contains("r")) {
            specs.add(parser.accepts("needed").withRequiredArg().required());
        }
        StringBuilder text = new StringBuilder();
        try {
            OptionSet found = parser.parse(words.toArray(new String[0]));
            for (OptionSpec<?> spec : specs) {
                if (!found.has(spec)) {
                    continue;
                }
                text.append(spec.options().get(0)).append('=');
                String value;
                try {
                    value = found.valuesOf(spec) + "/" + found.valueOf(spec);
                } catch (joptsimple.OptionException error) {
                    value = error.getMessage();
                }
                text.append(value).append(' ');
            }
            return text.append("| ").append(found.nonOptionArguments()).toString();
        } catch (joptsimple.OptionException error) {
            return "! " + error.getMessage();
        }
    }
}
