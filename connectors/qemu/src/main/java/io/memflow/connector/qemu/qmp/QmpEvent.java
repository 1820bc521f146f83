package io.memflow.connector.qemu.qmp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something QEMU reported without being asked, for example {@code STOP} or {@code SHUTDOWN}. Immutable.
 *
 * @param name the event's name as QEMU spells it
 * @param data its members, empty when it has none; values are trees as {@link QmpClient#execute} returns them
 */
public record QmpEvent(String name, Map<String, @Nullable Object> data) {}
