package io.kafscale.cli;

import io.kafscale.processor.StartPosition;
import io.kafscale.segment.TopicPartition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A wish such as {@code orders:0=earliest}. */
record ResetArgument(TopicPartition partition, StartPosition position) {

    private static final Pattern FORM = Pattern.compile("([^:=]+):([0-9]{1,9})=(.+)");

    /** @throws IllegalArgumentException when it cannot be understood */
    static ResetArgument parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || !TopicPartition.isLegalTopic(matcher.group(1))) {
            throw new IllegalArgumentException(
                    "--reset " + text + " is not of the form topic:partition=position, such as orders:0=earliest");
        }
        TopicPartition partition = new TopicPartition(matcher.group(1), Integer.parseInt(matcher.group(2)));
        return new ResetArgument(partition, StartPosition.parse(matcher.group(3)));
    }
}
