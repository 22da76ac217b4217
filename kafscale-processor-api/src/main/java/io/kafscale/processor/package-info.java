/** Processing topics: a builder makes a processor. */
@NullMarked
package io.kafscale.processor;

import org.jspecify.annotations.NullMarked;
