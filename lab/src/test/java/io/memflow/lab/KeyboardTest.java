package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.InputDeviceInfo.PressedKey;
import io.memflow.core.os.OperatingSystem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys that QEMU's monitor holds down are seen in the guest's memory for as long as it does. */
@Tag("guest")
class KeyboardTest {
    /** The guest takes a moment to hear of a key; each look reads its memory anew. */
    private static final int LOOKS = 200_000;

    @ParameterizedTest
    @EnumSource(names = {"V6_1", "V5_10"})
    void keysAreSeenWhileTheyAreHeldDown(LabKernel row) throws Exception {
        try (LabGuest lab = LabGuest.bootOrSkip(row);
                OperatingSystem system = Targets.running(lab)) {
            assertThat(pressed(system)).isEmpty();
            lab.guest().resume();
            hold(lab, "shift", true);
            hold(lab, "a", true);
            await(system, List.of("A", "LEFTSHIFT"));
            hold(lab, "a", false);
            await(system, List.of("LEFTSHIFT"));
            hold(lab, "shift", false);
            await(system, List.of());
        }
    }

    private static void hold(LabGuest lab, String key, boolean down) {
        Map<String, ?> event =
                Map.of("type", "key", "data", Map.of("down", down, "key", Map.of("type", "qcode", "data", key)));
        lab.guest().qmp().execute("input-send-event", Map.of("events", List.of(event)));
    }

    private static void await(OperatingSystem system, List<String> keys) {
        List<String> seen = pressed(system);
        for (int look = 0; look < LOOKS && !seen.equals(keys); look++) {
            seen = pressed(system);
        }
        assertThat(seen).isEqualTo(keys);
    }

    private static List<String> pressed(OperatingSystem system) {
        return system.inputDevices().rows().stream()
                .flatMap(device -> device.pressed().stream())
                .map(PressedKey::name)
                .toList();
    }
}
