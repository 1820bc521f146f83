/** Where pages are that page tables do not map. */
package io.memflow.os.windows.page;
