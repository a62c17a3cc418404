#include <boost/json.hpp>

#include "programs/vcycle/pipe_report.hpp"

namespace vacuum {
namespace {

namespace json = boost::json;

json::array json_of(const std::vector<PipeRemark>& remarks) {
  json::array array;
  for (const auto& remark : remarks) {
    array.push_back(
        json::object{{"option", remark.option}, {"message", remark.message}, {"remedy", remark.remedy}});
  }
  return array;
}

json::object json_of(const PipeEntryReport& entry) {
  json::object options;
  for (const auto& [name, text] : entry.options) options[name] = text;
  json::array refused;
  for (const auto& refusal : entry.refused) {
    refused.push_back(json::object{{"option", refusal.option},
                                   {"value", refusal.text},
                                   {"message", refusal.problem.message},
                                   {"remedy", refusal.problem.remedy}});
  }
  json::array site_gives;
  for (const auto& needed : entry.site_gives) site_gives.emplace_back(needed);
  return {{"name", entry.machinetype},
          {"share_percent", entry.share_percent},
          {"passed_over", entry.passed_over.empty() ? json::value(nullptr) : json::value(entry.passed_over)},
          {"options", std::move(options)},
          {"refused", std::move(refused)},
          {"ignored", json_of(entry.ignored)},
          {"broken", json_of(entry.broken)},
          {"site_gives", std::move(site_gives)}};
}

}  // namespace

std::string pipe_report_json(const PipeReport& report) {
  json::value problem = nullptr;
  if (report.problem) {
    problem = json::object{{"line", report.problem->line},
                           {"message", report.problem->message},
                           {"remedy", report.problem->remedy}};
  }
  json::array machinetypes;
  for (const auto& entry : report.entries) machinetypes.push_back(json_of(entry));
  return json::serialize(json::object{{"source", report.source},
                                      {"good", report.is_good()},
                                      {"problem", std::move(problem)},
                                      {"cache_seconds", report.cache.count()},
                                      {"machinetypes", std::move(machinetypes)},
                                      {"remarks", json_of(report.remarks)}}) +
         "\n";
}

}  // namespace vacuum
