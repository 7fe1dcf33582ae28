import static net.sourceforge.argparse4j.impl.Arguments.store;
import static net.sourceforge.argparse4j.impl.Arguments.storeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.sourceforge.argparse4j.ArgumentParsers;
import net.sourceforge.argparse4j.inf.ArgumentParser;
import net.sourceforge.argparse4j.inf.ArgumentParserException;
import net.sourceforge.argparse4j.inf.MutuallyExclusiveGroup;
import net.sourceforge.argparse4j.internal.HelpScreenException;

/** What argparse4j makes of command lines. Input: one a line, words between TABs. Output: the line, `=>`, what came of it. */
public class JavaToolLines {
    public static void main(String[] none) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        System.setOut(new PrintStream(java.io.OutputStream.nullOutputStream()));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<String> words = Arrays.asList(line.split("\t", -1));
            out.print(line + "\t=>\t" + outcome(words) + "\n");
        }
        out.print("usage\t=>\t" + parser().formatUsage().replace("\n", "\\n") + "\n");
        out.flush();
    }

    private static ArgumentParser parser() {
        ArgumentParser parser = ArgumentParsers.newArgumentParser("the-tool").defaultHelp(true);
        MutuallyExclusiveGroup group = parser.addMutuallyExclusiveGroup().required(true);
        parser.addArgument("--topic").action(store()).required(true).type(String.class).metavar("TOPIC");
        group.addArgument("--size").action(store()).type(Integer.class).metavar("SIZE");
        group.addArgument("--file").action(store()).type(String.class).metavar("FILE");
        parser.addArgument("--time").action(store()).required(true).type(Long.class).metavar("TIME");
        parser.addArgument("--props").nargs("+").type(String.class).metavar("NAME=VALUE");
        parser.addArgument("--props.file").action(store()).type(String.class).metavar("PROPS-FILE");
        parser.addArgument("--acks").action(store()).setDefault(-1).type(Integer.class).choices(0, 1, -1).metavar("ACKS");
        parser.addArgument("--verbose").action(storeTrue()).type(Boolean.class).metavar("VERBOSE");
        return parser;
    }

    private static String outcome(List<String> words) {
        try {
            Map<String, Object> found = parser().parseArgs(words.toArray(new String[0])).getAttrs();
            return new TreeMap<>(found).toString();
        } catch (HelpScreenException help) {
            return "help";
        } catch (ArgumentParserException error) {
            return "! " + error.getMessage();
        }
    }
}
