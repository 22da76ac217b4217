package io.kafscale.config;

import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.Stage;
import java.util.Map;

/** What error policies have to do with other keys. */
final class ErrorChecks {

    private final Values file;
    private final Problems problems;

    ErrorChecks(Values file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /**
     * Checks the policies of a mapping.
     *
     * @param mapping what it says beside; the file itself, when no mapping is meant
     * @param errors what it and the file say of errors
     */
    void check(Values mapping, ErrorSections errors) {
        Map<Stage, ErrorPolicy> policies = errors.policies(problems);
        policies.forEach((stage, policy) -> {
            if (policy.then() == ErrorPolicy.Action.DEAD_LETTER
                    && file.lacks(FileKeys.DEAD_LETTER_DIRECTORY)
                    && file.lacks(FileKeys.DEAD_LETTER_PREFIX)) {
                problems.add(
                        errors.positionOfThen(stage),
                        errors.pathOfThen(stage) + " is dead_letter, but there is no place for them; say"
                                + " dead_letters.directory or dead_letters.prefix");
            }
        });
        ErrorPolicy ofTheSink = policies.get(Stage.SINK);
        if (ofTheSink != null && ofTheSink.isolatesRecords() && isPlanned(mapping)) {
            boolean isOwn = mapping.has(MappingKeys.PLANNED);
            problems.add(
                    isOwn ? mapping.position(MappingKeys.PLANNED) : file.position(FileKeys.PLANNED),
                    (isOwn ? mapping.path(MappingKeys.PLANNED) : file.path(FileKeys.PLANNED))
                            + " has batches handed over whole, but " + errors.pathOfThen(Stage.SINK)
                            + " would halve them to find a bad record; take out the one, or have the other stop the"
                            + " partition");
        }
    }

    private boolean isPlanned(Values mapping) {
        Boolean own = mapping.find(MappingKeys.PLANNED);
        return Boolean.TRUE.equals(own == null ? file.find(FileKeys.PLANNED) : own);
    }
}
