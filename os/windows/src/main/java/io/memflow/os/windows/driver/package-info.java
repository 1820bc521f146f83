/** Driver objects and device objects of a Windows kernel. */
package io.memflow.os.windows.driver;
