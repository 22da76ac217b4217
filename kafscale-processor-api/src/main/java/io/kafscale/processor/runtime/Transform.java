package io.kafscale.processor.runtime;

import io.kafscale.processor.RecordMapper;
import io.kafscale.processor.RecordValidator;
import io.kafscale.segment.RecordView;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One step of a record on its way to the sink. */
@FunctionalInterface
public interface Transform {

    /** What goes on instead of this record; itself when nothing is changed, null when nothing goes on. */
    @Nullable
    RecordView apply(RecordView record) throws Exception;

    /** Lets through what is wanted. */
    static Transform filter(Predicate<? super RecordView> wanted) {
        return record -> wanted.test(record) ? record : null;
    }

    /** Makes another record of it. */
    static Transform map(RecordMapper mapper) {
        return record -> mapper.map(record.copy());
    }

    /** Refuses what is not right. */
    static Transform validate(RecordValidator validator) {
        return record -> {
            validator.validate(record);
            return record;
        };
    }
}
