/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_SUBSCRIPTION_ID_H
#define WH_WMI_SUBSCRIPTION_ID_H

#include "wmi/subscription.h"

/*
 * Sets the id: of host, namespace, parts, and names, class and content of filter and consumer, to
 * the byte but for the case of names; so not of the events that told of it, and of its state.
 */
void subscription_identify(struct subscription *subscription);

/* Sets those of all subscriptions (struct subscription) of a run, each another one. */
void subscriptions_identify(const GPtrArray *subscriptions);

#endif
