/* What ESP-IDF does when a device has started. */

void app_main(void);

int main(void)
{
    app_main();
    return 0;
}
