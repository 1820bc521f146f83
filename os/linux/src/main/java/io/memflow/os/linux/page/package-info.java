/** Pages that page tables do not map: what their entries say, and where the pages are all the same. */
package io.memflow.os.linux.page;
