package io.memflow.os.windows.offset;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.os.windows.structure.WindowsArchitecture;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessorDecoderTest {
    @ParameterizedTest
    @CsvSource({
        // mov rax, [rcx+disp32]; mov eax; movzx eax, byte; mov al; lea rax; mov/add; mov with a byte; endbr64 in front
        "X64, 488b8140040000c3, 0x440",
        "X64, 8b81d4070000c3, 0x7d4",
        "X64, 0fb6817a080000c3, 0x87a",
        "X64, 8a817a080000c3, 0x87a",
        "X64, 488d81a8050000c3, 0x5a8",
        "X64, 488bc14805a8050000c3, 0x5a8",
        "X64, 488b4128c3, 0x28",
        "X64, f30f1efa488b8140040000c3, 0x440",
        // with a frame and room for a patch; without; add eax; byte displacements; through ecx
        "X86, 8bff558bec8b45088b80b40000005dc20400, 0xb4",
        "X86_PAE, 8b4424048b8084000000c20400, 0x84",
        "X86, 8bff558bec8b450805740100005dc20400, 0x174",
        "X86, 8bff558bec8b45088b40185dc20400, 0x18",
        "X86, 8bff558bec8b4d080fb681fa0500005dc20400, 0x5fa",
        // ldr x0, [x0, #0x440]; ldr w0, [x0, #0x7d4]; ldrb w0, [x0, #0x87a]; add x0, x0, #0x5a8; pacibsp in front
        "ARM64, 002042f9c0035fd6, 0x440",
        "ARM64, 00d447b9c0035fd6, 0x7d4",
        "ARM64, 00e86139c0035fd6, 0x87a",
        "ARM64, 00a01691c0035fd6, 0x5a8",
        "ARM64, 3f2303d5002042f9c0035fd6, 0x440"
    })
    void theDisplacementOfAnAccessorIsRead(WindowsArchitecture architecture, String code, String offset) {
        assertThat(AccessorDecoder.decode(padded(code), architecture)).hasValue(Integer.decode(offset));
    }

    @ParameterizedTest
    @CsvSource({
        "X64, 4883ec28e800000000",
        "X64, 488b8100000001c3",
        "X64, 488b8200020000c3",
        "X86, 558bec51538b5d08",
        "ARM64, fd7bbfa9fd030091"
    })
    void otherCodeGivesNothing(WindowsArchitecture architecture, String code) {
        assertThat(AccessorDecoder.decode(padded(code), architecture)).isEmpty();
    }

    @Test
    void emptyMemoryGivesNothing() {
        for (WindowsArchitecture architecture : WindowsArchitecture.values()) {
            assertThat(AccessorDecoder.decode(padded(""), architecture)).isEmpty();
        }
    }

    private static byte[] padded(String code) {
        return Arrays.copyOf(HexFormat.of().parseHex(code), AccessorDecoder.CODE_BYTES);
    }
}
