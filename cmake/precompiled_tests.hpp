// As precompiled_async.hpp, with the test libraries.
#pragma once
#include "precompiled_async.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
