#pragma once

#include <functional>

namespace vacuum::apel {

/// Whether a process dies before the step that it dies at, or right after it.
enum class CrashWhen { before, after };

/// From now on this process counts its changes of the disk, on all threads: files made, writes, fsync, mkdir,
/// chmod, rename, link, unlink. At the `step`th (1 is the first) it is ended as by kill -9. Calls of these
/// functions in a whole program that has this file go to ones that count.
void die_at(int step, CrashWhen when);

/// Runs `work` in a process of its own that dies at a step. Answers whether it did; false: `work` has fewer.
[[nodiscard]] bool dies_at(int step, CrashWhen when, const std::function<void()>& work);

}  // namespace vacuum::apel
