// SPDX-License-Identifier: Apache-2.0
// Alerts one below the other; each opens in place to the evidence it rests on.
import type { JSX } from "preact";
import type { Alert } from "../api/schema";
import { plural } from "../format";
import { href } from "../router";
import { quoteValue } from "../pages/search/query_text";
import { Facts, Severity, When } from "./value";

export function AlertBody({ alert }: { alert: Alert }): JSX.Element {
  return (
    <>
      <Facts
        of={[
          [
            "Rule",
            <a href={href("/detections", { rule: alert.rule.id, detector: alert.detector })}>
              {alert.rule.name ?? alert.rule.id}
            </a>,
          ],
          [
            "Found by",
            `${alert.detector}, confidence ${alert.confidence}${alert.score ? `, score ${alert.score}` : ""}`,
          ],
          [
            "ATT&CK",
            alert.attack
              ?.map((attack) => [attack.tactic, attack.technique].filter(Boolean).join(" "))
              .join(", "),
          ],
          ["Done about it", alert.action],
          ["Host", alert.host],
          ["Traffic", alert.traffic && `${alert.traffic}: the bytes that matched`],
          ["Known good", (alert.known_good as string[] | undefined)?.join("; ")],
          ["May be harmless", alert.false_positives?.join("; ")],
          [
            "References",
            alert.references?.length ? (
              <ul class="plain">
                {alert.references.map((address) => (
                  <li key={address} class="mono">
                    {address}
                  </li>
                ))}
              </ul>
            ) : undefined,
          ],
        ]}
      />
      {alert.evidence?.length ? (
        <>
          <h4>Evidence</h4>
          <Facts
            of={alert.evidence.map(({ name, value }) => [
              name ?? "",
              <span class="mono wrap">{value}</span>,
            ])}
          />
        </>
      ) : null}
    </>
  );
}

export function AlertList({ alerts }: { alerts: Alert[] }): JSX.Element {
  return (
    <ul class="alerts">
      {alerts.map((alert) => (
        <li key={alert.id}>
          <details>
            <summary>
              <Severity of={alert.severity} />
              <span class="alert-reason">{alert.reason}</span>
              <span class="dim">
                <When time={alert.time} />
                {alert.count && alert.count > 1 ? ` · ${plural(alert.count, "time")}` : ""}
              </span>
            </summary>
            <AlertBody alert={alert} />
            <p>
              <a
                href={href("/search", {
                  q: `rule.id:${quoteValue(alert.rule.id ?? "")}`,
                  last: "30d",
                })}
              >
                All alerts of this rule
              </a>
            </p>
          </details>
        </li>
      ))}
    </ul>
  );
}
