#include "report/power_report.h"

#include "report/text_table.h"

#include <math.h>
#include <string.h>

static void put_watts(aug_buffer *line, const char *name, double watts) {
    aug_buffer_print(line, "%s%s %s", line->length ? ", " : "", name,
                     aug_show(watts, AUG_DIMENSION_WATTS).text);
}

void aug_power_text(aug_buffer *out, const aug_estimate *e) {
    aug_power power = aug_power_of(&e->deployment, &e->outcome);
    if (isnan(power.chip_watts))
        return;
    const aug_roofline *roofline = &e->deployment.roofline;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    put_watts(&line, "units", power.units_watts);
    for (int i = 0; i < roofline->memory_count; i++)
        if (power.memories_watts[i] > 0.0)
            put_watts(&line, roofline->memories[i].name, power.memories_watts[i]);
    if (power.links_watts > 0.0)
        put_watts(&line, "links", power.links_watts);
    put_watts(&line, "static", power.static_watts);
    aug_buffer_print(&line, "; with the host %s, at the meter %s",
                     aug_show(power.system_watts, AUG_DIMENSION_WATTS).text,
                     aug_show(power.meter_watts, AUG_DIMENSION_WATTS).text);
    aug_text_labelled(out, "power per chip", aug_buffer_text(&line));
}

void aug_cost_text(aug_buffer *out, const aug_estimate *e) {
    if (!e->economy)
        return;
    aug_hour hour = aug_economy_hour(e->economy, e->machine, e->outcome.watts);
    double chips = (double)e->outcome.plan.chips;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    if (!isnan(hour.purchase_usd) && hour.basis == AUG_PRICE_PURCHASE)
        aug_buffer_print(&line, "capital %s, upkeep %s, electricity %s USD/h",
                         aug_show_number(chips * hour.capital_usd, 3).text,
                         aug_show_number(chips * hour.upkeep_usd, 3).text,
                         aug_show_number(chips * hour.power_usd, 3).text);
    else if (!isnan(hour.purchase_usd))
        aug_buffer_print(&line, "bought %s USD/h", aug_show_number(chips * hour.purchase_usd, 3).text);
    if (!isnan(hour.rent_usd) && hour.basis == AUG_PRICE_PURCHASE)
        aug_buffer_print(&line, "; in a cloud %s USD/h", aug_show_number(chips * hour.rent_usd, 3).text);
    if (line.length)
        aug_text_labelled(out, "", aug_buffer_text(&line));
}

void aug_budget_text(aug_buffer *out, const aug_estimate *e) {
    if (!(e->budget_watts > 0.0))
        return;
    aug_power_budget b = aug_power_budget_of(&e->deployment, &e->outcome, e->budget_watts);
    const char *unit = e->model->language >= 0 ? "token" : "inference";
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "%s at the meter ", aug_show(b.watts, AUG_DIMENSION_WATTS).text);
    if (isnan(b.deployment_watts)) {
        aug_buffer_put(&line,
                       "feeds an unknown number: the machine states neither energies nor a limit of power");
    } else {
        aug_buffer_print(&line, "feeds %.0f deployment%s of %s (%.0f chips): %s %ss/s", b.deployments,
                         b.deployments == 1.0 ? "" : "s",
                         aug_show(b.deployment_watts, AUG_DIMENSION_WATTS).text, b.chips,
                         aug_show_number(b.tokens_per_second, 4).text, unit);
        if (!isnan(b.usd_per_year))
            aug_buffer_print(&line, ", %s USD a year", aug_show_number(b.usd_per_year, 3).text);
        aug_buffer_print(&line, "; %s %ss a day per MW",
                         aug_show_number(b.tokens_per_day_per_megawatt, 3).text, unit);
    }
    aug_text_labelled(out, "budget", aug_buffer_text(&line));
}

static void write_power(aug_json *json, const aug_estimate *e) {
    aug_power power = aug_power_of(&e->deployment, &e->outcome);
    const aug_roofline *roofline = &e->deployment.roofline;
    double chips = (double)e->outcome.plan.chips, memory = 0.0;
    for (int i = 0; i < roofline->memory_count; i++)
        memory += power.memories_watts[i];
    aug_json_open(json, "power", '{');
    aug_json_number(json, "switching_w", power.units_watts);
    aug_json_number(json, "memory_w", memory);
    aug_json_number(json, "links_w", power.links_watts);
    aug_json_number(json, "static_w", power.static_watts);
    aug_json_number(json, "chip_w", power.chip_watts);
    aug_json_number(json, "host_w", power.host_watts);
    aug_json_number(json, "system_w", power.system_watts);
    aug_json_number(json, "pue", power.pue);
    aug_json_number(json, "meter_w", power.meter_watts);
    aug_json_number(json, "clock", power.clock);
    aug_json_open_row(json, "memories", '{');
    for (int i = 0; i < roofline->memory_count; i++)
        aug_json_number(json, roofline->memories[i].name, power.memories_watts[i]);
    aug_json_close(json, '}');
    aug_json_open_row(json, "deployment", '{');
    aug_json_number(json, "chips_w", chips * power.chip_watts);
    aug_json_number(json, "system_w", chips * power.system_watts);
    aug_json_number(json, "meter_w", chips * power.meter_watts);
    aug_json_close(json, '}');
    aug_json_close(json, '}');
}

static void write_cost(aug_json *json, const aug_estimate *e) {
    if (!e->economy)
        return;
    static const char *const bases[] = {"none", "bought", "rented"};
    aug_hour hour = aug_economy_hour(e->economy, e->machine, e->outcome.watts);
    double chips = (double)e->outcome.plan.chips;
    double per_mtok = 1e6 / 3600.0 / (e->outcome.tokens_per_second * e->economy->utilization);
    bool bought = hour.basis == AUG_PRICE_PURCHASE;
    const struct {
        const char *hour_key, *token_key;
        double usd;
    } parts[] = {{"capital_usd_per_h", "capital", hour.capital_usd},
                 {"power_usd_per_h", "power", hour.power_usd},
                 {"upkeep_usd_per_h", "upkeep", hour.upkeep_usd}};
    aug_json_open(json, "cost", '{');
    aug_json_text(json, "basis", bases[hour.basis]);
    aug_json_number(json, "usd_per_h", chips * hour.usd);
    for (size_t i = 0; i < AUG_COUNT(parts); i++)
        aug_json_number(json, parts[i].hour_key, chips * parts[i].usd);
    aug_json_number(json, "purchase_usd_per_h", chips * hour.purchase_usd);
    aug_json_number(json, "cloud_usd_per_h", chips * hour.rent_usd);
    aug_json_number(json, "utilization", e->economy->utilization);
    aug_json_open_row(json, "usd_per_mtok", '{');
    for (size_t i = 0; i < AUG_COUNT(parts); i++)
        aug_json_number(json, parts[i].token_key, bought ? chips * parts[i].usd * per_mtok : (double)NAN);
    aug_json_number(json, "total", chips * hour.usd * per_mtok);
    aug_json_close(json, '}');
    aug_json_close(json, '}');
}

static void write_budget(aug_json *json, const aug_estimate *e) {
    if (!(e->budget_watts > 0.0))
        return;
    aug_power_budget b = aug_power_budget_of(&e->deployment, &e->outcome, e->budget_watts);
    aug_json_open(json, "budget", '{');
    aug_json_number(json, "watts", b.watts);
    aug_json_number(json, "deployment_watts", b.deployment_watts);
    aug_json_number(json, "deployments", b.deployments);
    aug_json_number(json, "chips", b.chips);
    aug_json_number(json, "used_watts", b.used_watts);
    aug_json_number(json, "tokens_per_s", b.tokens_per_second);
    aug_json_number(json, "usd_per_year", b.usd_per_year);
    aug_json_number(json, "tokens_per_day_per_mw", b.tokens_per_day_per_megawatt);
    aug_json_close(json, '}');
}

void aug_power_json(aug_json *json, const aug_estimate *e) {
    write_power(json, e);
    write_cost(json, e);
    write_budget(json, e);
}
