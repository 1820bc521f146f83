package io.memflow.os.windows.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.InputDeviceInfo.PressedKey;
import io.memflow.core.os.Keyboard;
import io.memflow.core.os.Keyboard.KeyPosition;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleInfo;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.module.KernelModuleRows;
import io.memflow.os.windows.process.AllProcesses;
import io.memflow.os.windows.synthetic.KeyboardDrivers;
import io.memflow.os.windows.synthetic.KeyboardDrivers.Layout;
import io.memflow.os.windows.synthetic.SyntheticDriver;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keyboards of synthetic machines whose drivers are made after published signatures. */
class SyntheticKeyboardTest {
    private static final int SHIFT = 0x10;
    private static final int A = 'A';
    private static final int SESSIONS = 2;

    /** The machine's modules, one of which goes by another name. */
    private static Keyboards keyboards(SyntheticWindows machine, AllProcesses all, SyntheticDriver renamed) {
        return new Keyboards(machine.kernel(), all::processes, all::details, () -> {
            Listing<ModuleInfo> modules = new KernelModuleRows(machine.kernel()).modules();
            return new Listing<>(
                    modules.rows().stream()
                            .map(row -> Long.valueOf(renamed.base()).equals(row.base()) ? named(row) : row)
                            .toList(),
                    modules.missing());
        });
    }

    private static ModuleInfo named(ModuleInfo row) {
        return new ModuleInfo(row.address(), "win32kbase.sys", row.path(), row.base(), row.size(), row.provenance());
    }

    private static SyntheticDriver driver(SyntheticWindows machine, String name) {
        return machine.drivers().stream()
                .filter(driver -> driver.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void keysOfASyntheticSessionAreSeenAndSet(Layout layout) {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            SyntheticDriver base = driver(machine, "made.sys");
            long[] states = KeyboardDrivers.write(
                    machine.kernel().memory(), base, driver(machine, "win32k.sys"), layout, SESSIONS);
            machine.kernel().memory().writeByte(states[0] + A / 4, (byte) (1 << (A % 4 * 2)));
            machine.kernel().memory().writeByte(states[0] + SHIFT / 4, (byte) (3 << (SHIFT % 4 * 2)));
            AllProcesses all = new AllProcesses(machine.kernel());
            Keyboards keyboards = keyboards(machine, all, base);
            InputDeviceInfo first = keyboards.devices().rows().stream()
                    .filter(row -> "session 1".equals(row.place()))
                    .findFirst()
                    .orElseThrow();
            assertThat(first.address()).isEqualTo(states[0]);
            assertThat(first.pressed()).containsExactly(new PressedKey(SHIFT, "SHIFT"), new PressedKey(A, "A"));
            Keyboard keyboard = keyboards.keyboards().stream()
                    .filter(one -> one.session() == 1)
                    .findFirst()
                    .orElseThrow();
            assertThat(keyboard.position(A)).isEqualTo(KeyPosition.DOWN);
            keyboard.set(A, KeyPosition.UP);
            keyboard.set(0x70, KeyPosition.DOWN);
            assertThat(keyboard.position(A)).isEqualTo(KeyPosition.UP);
            // The toggled bit of SHIFT stays.
            assertThat(machine.kernel().memory().readByte(states[0] + SHIFT / 4))
                    .isEqualTo((byte) (3 << (SHIFT % 4 * 2)));
            assertThat(keyboards.devices().rows().stream()
                            .filter(row -> "session 1".equals(row.place()))
                            .flatMap(row -> row.pressed().stream())
                            .map(PressedKey::name))
                    .containsExactly("SHIFT", "F1");
            assertThatThrownBy(() -> keyboard.position(256)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** The number of the session is that of its processes, and leads to its own state. */
    @Test
    void everySyntheticSessionHasItsOwnKeys() {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            SyntheticDriver base = driver(machine, "made.sys");
            long[] states = KeyboardDrivers.write(
                    machine.kernel().memory(), base, driver(machine, "win32k.sys"), Layout.SESSION_STATE, SESSIONS);
            AllProcesses all = new AllProcesses(machine.kernel());
            Listing<InputDeviceInfo> rows = keyboards(machine, all, base).devices();
            List<Long> sessions = all.details().rows().stream()
                    .map(row -> row.session())
                    .filter(number -> number != null && number > 0)
                    .distinct()
                    .sorted()
                    .toList();
            assertThat(sessions).isNotEmpty();
            assertThat(rows.rows())
                    .extracting(InputDeviceInfo::address)
                    .containsExactlyElementsOf(sessions.stream()
                            .map(number -> states[(int) (number - 1)])
                            .toList());
            // Services run in session 0, which has no slot.
            assertThat(rows.missing()).anyMatch(part -> part.what().equals("keyboard of session 0"));
        }
    }

    @Test
    void bytesInWhichKeysAreDownThatNoKeyboardHasAreNoState() {
        byte[] bits = new byte[KeyStates.BYTES];
        assertThat(new KeyStates(bits).isPlausible()).isTrue();
        bits[63] = (byte) 0x40;
        assertThat(new KeyStates(bits).isPlausible()).isFalse();
    }

    @Test
    void withoutTheDriversOfInputASyntheticMachineSaysSo() {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            AllProcesses all = new AllProcesses(machine.kernel());
            Listing<InputDeviceInfo> rows = new Keyboards(
                            machine.kernel(),
                            all::processes,
                            all::details,
                            () -> new KernelModuleRows(machine.kernel()).modules())
                    .devices();
            assertThat(rows.rows()).isEmpty();
            assertThat(rows.missing()).isNotEmpty().allMatch(part -> part.why().contains("win32kbase.sys"));
        }
    }
}
