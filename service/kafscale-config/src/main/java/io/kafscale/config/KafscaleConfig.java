package io.kafscale.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A processor as a YAML file describes it. Read from the file once; nothing is connected to before {@link #open()}.
 * Immutable and thread safe.
 *
 * <pre>{@code
 * KafscaleConfig config = KafscaleConfig.load(Path.of("config.yaml"));
 * try (OpenedConfig opened = config.open();
 *         Processor processor = opened.builder().build()) {
 *     processor.run();
 * }
 * }</pre>
 */
public final class KafscaleConfig {

    private final Path file;
    private final Values values;
    private final ErrorSections errors;
    private final List<Mapping> mappings;
    private final Problems sinkProblems;
    private final Environment environment;

    private KafscaleConfig(
            Path file,
            Values values,
            ErrorSections errors,
            List<Mapping> mappings,
            Problems sinkProblems,
            Environment environment) {
        this.file = file;
        this.values = values;
        this.errors = errors;
        this.mappings = List.copyOf(mappings);
        this.sinkProblems = sinkProblems;
        this.environment = environment;
    }

    /**
     * Reads a file, with the environment of this process and the sinks that the thread's context class loader finds.
     *
     * @throws ConfigException when something in it is wrong; names everything that is. That a mapping's sink is not there
     *     is told here only together with something else; else by {@link #open()}
     * @throws IOException when the file cannot be read
     * @throws IllegalStateException when a jar brings a sink that cannot be loaded, or whose type another has
     */
    public static KafscaleConfig load(Path file) throws IOException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context == null ? KafscaleConfig.class.getClassLoader() : context;
        return load(file, System.getenv(), loader);
    }

    /**
     * Reads a file.
     *
     * @param environment what {@code ${NAME}} stands for
     * @param sinks where {@link SinkFactory SinkFactories} are looked for
     * @throws ConfigException as {@link #load(Path)} does
     * @throws IOException when the file cannot be read
     * @throws IllegalStateException as {@link #load(Path)} does
     */
    public static KafscaleConfig load(Path file, Map<String, String> environment, ClassLoader sinks)
            throws IOException {
        Problems problems = new Problems(file.toString());
        Problems sinkProblems = problems.another();
        Environment variables = new Environment(environment);
        SinkTypes types = SinkTypes.find(sinks);
        Node root = YamlFile.read(file, problems);
        problems.raise();
        Values values = new Values(Position.START, "");
        ErrorSections errors = ErrorSections.none();
        List<Mapping> mappings = List.of();
        if (root != null) {
            SectionReader reader = new SectionReader(variables, problems);
            values = reader.read(root, KeyTree.of(FileKeys.ALL), "");
            reader.require(values, FileKeys.ALL);
            new FileChecks(values, problems).check();
            errors = ErrorSections.read(reader, values, FileKeys.ERRORS);
            mappings = new MappingReader(reader, sinkProblems, types).read(values, errors);
        }
        if (!problems.isEmpty()) {
            problems.addAll(sinkProblems);
            problems.raise();
        }
        return new KafscaleConfig(file, values, errors, mappings, sinkProblems, variables);
    }

    /** The group its workers join. */
    public String group() {
        return group(values);
    }

    static String group(Values file) {
        String said = file.find(FileKeys.GROUP);
        return said == null ? FileChecks.GROUP_OF_GO_FILES : said;
    }

    /** The topics it processes, as a person would say it: names, and {@code topics like} patterns. */
    public List<String> topics() {
        return mappings.stream().map(mapping -> mapping.topics().toString()).toList();
    }

    /** What it says of the service around the processor. */
    public ServiceSettings service() {
        return ServiceSettings.of(values);
    }

    /**
     * Makes what it names: stores, catalog and sinks.
     *
     * @throws ConfigException when a mapping's sink is not there, or its options are wrong; names all
     * @throws IOException when something cannot be opened, such as a directory that is not there
     */
    public OpenedConfig open() throws IOException {
        sinkProblems.raise();
        return new OpenedConfig(this);
    }

    /**
     * Opens what is needed to look at its offsets and to move them. The mappings' sinks need not be there.
     *
     * @throws ConfigException when offsets are kept in memory, where only their own processor finds them
     * @throws IOException when something cannot be opened, such as a directory that is not there
     */
    public OpenedOffsets openOffsets() throws IOException {
        return new OpenedOffsets(this);
    }

    Values values() {
        return values;
    }

    ErrorSections errors() {
        return errors;
    }

    List<Mapping> mappings() {
        return mappings;
    }

    /** The etcd that the file or the environment names, or null. */
    @Nullable
    List<String> etcdEndpoints() {
        List<String> said = values.find(FileKeys.ETCD_ENDPOINTS);
        String fromBrokers = environment.get("KAFSCALE_ETCD_ENDPOINTS");
        return said != null ? said : fromBrokers == null ? null : List.of(fromBrokers.split(" *, *", -1));
    }

    /** A problem with a value of the file, as an exception. */
    ConfigException problem(Position at, String message) {
        return new ConfigException(List.of(new ConfigProblem(file.toString(), at.line(), at.column(), message)));
    }

    /** The file and the topics; no other value. */
    @Override
    public String toString() {
        return "KafscaleConfig[" + file + ", group=" + group() + ", topics=" + topics() + "]";
    }
}
